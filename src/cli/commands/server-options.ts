import { type Command, Option } from "commander";

/**
 * How servers are reached, as parsed by commander. Options for a daemon have docker's names, those for a registry
 * skopeo's.
 */
export interface ServerFlags {
  readonly host?: string;
  readonly context?: string;
  readonly config?: string;
  readonly tls?: boolean;
  readonly tlsverify?: boolean;
  readonly tlscacert?: string;
  readonly tlscert?: string;
  readonly tlskey?: string;
  readonly podmanHost?: string;
  readonly creds?: string;
  readonly credsStdin?: boolean;
  readonly tlsVerify?: "true" | "false";
  readonly caFile?: string;
  readonly authfile?: string;
}

/** Declares the options of {@link ServerFlags}. */
export function addServerOptions(command: Command): Command {
  return addDaemonOptions(command.optionsGroup("Servers:"))
    .option("--podman-host <address>", "podman's socket (default: CONTAINER_HOST, else this user's)")
    .option("--creds <user:password>", "credentials for the registry (default: those of docker login or podman login)")
    .addOption(new Option("--creds-stdin", "read USER:PASSWORD from stdin").conflicts("creds"))
    .addOption(
      new Option("--tls-verify <how>", "false: accept any certificate from a registry, or plain HTTP").choices([
        "true",
        "false",
      ]),
    )
    .option("--ca-file <path>", "PEM certificates to trust for registries, besides the system's")
    .option("--authfile <path>", "the only file to read registry credentials from");
}

/** Declares docker's own global options that select a daemon. */
export function addDaemonOptions(command: Command): Command {
  return command
    .option("-H, --host <address>", "Docker's socket: unix://PATH, tcp://HOST:PORT or ssh://[USER@]HOST")
    .option("-c, --context <name>", "Docker's context (default: DOCKER_HOST or the current context)")
    .option("--config <dir>", "docker's configuration (default: DOCKER_CONFIG, else ~/.docker)")
    .option("--tls", "use TLS with Docker, whatever its certificate")
    .option("--tlsverify", "use TLS with Docker, and check its certificate")
    .option(
      "--tlscacert <path>",
      "certificates to check Docker's against (default: ca.pem beside docker's configuration)",
    )
    .option("--tlscert <path>", "certificate to present to Docker (default: cert.pem there)")
    .option("--tlskey <path>", "its key (default: key.pem there)");
}
