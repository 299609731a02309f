import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { debianProgram } from "./debian-program.ts";

/** Options of a registry; by default plain HTTP without authentication. */
export interface RegistryServerOptions {
  /** alice may log in with her password. */
  readonly htpasswd?: boolean;
  readonly token?: {
    readonly realm: string;
    readonly service: string;
    readonly issuer: string;
    readonly rootCert: string;
  };
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string };
  /** Uses the data of another registry, which was stopped. */
  readonly folder?: string;
  readonly port?: number;
}

/** An unfinished upload. */
export interface OpenUpload {
  readonly id: string;
  /** Bytes that the registry has of it. */
  readonly bytes: number;
}

/** Docker's registry, from Debian's package, with its own data. Disposing it stops it and removes its data. */
export interface RegistryServer extends AsyncDisposable {
  readonly port: number;
  /** `localhost:PORT`. */
  readonly host: string;
  readonly folder: string;
  /** Stops the process and keeps the data. */
  stop(): Promise<void>;
  /**
   * Uploads that were started in a repository and neither completed nor cancelled, and how many bytes the registry has
   * of each.
   */
  openUploads(repository: string): readonly OpenUpload[];
}

/** The user of every server in these tests. */
export const ALICE = { username: "alice", password: "wonder-land" } as const;

/** bcrypt of {@link ALICE}'s password, the only kind that the registry takes. */
const HTPASSWD = "alice:$2y$05$planishplanishplanish.QVAbd9oPyy91wJubaxxSNTVt8i2bw0W\n";

const STARTED_WITHIN_MS = 60_000;

/** Whether the registry's program is on this machine; under CI it must be there. */
export function registryAvailable(): boolean {
  const available = debianProgram("docker-registry") !== undefined;
  if (!available && process.env.CI === "true")
    throw new Error("docker-registry is missing: run scripts/setup-tests.sh");
  return available;
}

/** Starts a registry and returns when it answers. */
export async function startRegistry(options: RegistryServerOptions = {}): Promise<RegistryServer> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "planish-registry-"));
  mkdirSync(join(folder, "data"), { recursive: true });
  const port = options.port ?? (await freePort());
  writeFileSync(join(folder, "htpasswd"), HTPASSWD);
  writeFileSync(join(folder, "config.yml"), JSON.stringify(configuration(folder, port, options)));
  const program = debianProgram("docker-registry");
  if (program === undefined) throw new Error("docker-registry is missing: run scripts/setup-tests.sh");
  const [command, ...args] = program;
  const log = openSync(join(folder, "log"), "a");
  const child = spawn(command, [...args, "serve", join(folder, "config.yml")], { stdio: ["ignore", log, log] });
  await untilListening(child, port, folder);
  const stop = () => ended(child);
  return {
    port,
    host: `localhost:${port}`,
    folder,
    stop,
    openUploads(repository) {
      const uploads = join(folder, "data/docker/registry/v2/repositories", repository, "_uploads");
      if (!existsSync(uploads)) return [];
      const open = readdirSync(uploads).filter((id) => existsSync(join(uploads, id, "startedat")));
      return open.map((id) => ({
        id,
        bytes: statSync(join(uploads, id, "data"), { throwIfNoEntry: false })?.size ?? 0,
      }));
    },
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A port that is free at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** The configuration as JSON, which is valid YAML. */
function configuration(folder: string, port: number, options: RegistryServerOptions): object {
  const { tls, token } = options;
  return {
    version: "0.1",
    log: { level: "warn" },
    storage: { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } },
    http: {
      addr: `127.0.0.1:${port}`,
      secret: "planish-tests",
      ...(tls === undefined
        ? {}
        : {
            tls: {
              certificate: tls.cert,
              key: tls.key,
              ...(tls.clientCa === undefined ? {} : { clientcas: [tls.clientCa] }),
            },
          }),
    },
    ...(options.htpasswd === true
      ? { auth: { htpasswd: { realm: "basic-realm", path: join(folder, "htpasswd") } } }
      : {}),
    ...(token === undefined
      ? {}
      : {
          auth: {
            token: { realm: token.realm, service: token.service, issuer: token.issuer, rootcertbundle: token.rootCert },
          },
        }),
  };
}

async function untilListening(child: ChildProcess, port: number, folder: string): Promise<void> {
  const deadline = Date.now() + STARTED_WITHIN_MS;
  for (;;) {
    if (/listening on/.test(readFileSync(join(folder, "log"), "utf8")) || (await answers(port))) return;
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`docker-registry did not start:\n${readFileSync(join(folder, "log"), "utf8").slice(-4000)}`);
    }
    await sleep(50);
  }
}

async function answers(port: number): Promise<boolean> {
  const { connect } = await import("node:net");
  return await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await exit;
}
