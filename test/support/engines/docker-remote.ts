import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { basename, join } from "node:path";
import { debianProgram } from "../registry/debian-program.ts";
import { startDaemon } from "./daemon.ts";
import { type EngineNamespace, engineFolder, runInside } from "./engine-namespace.ts";

/** A dockerd that is reached over TLS and requires a client certificate. */
export interface TlsDocker {
  readonly host: string;
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`, for DOCKER_CERT_PATH. */
  readonly certificates: string;
}

/** Starts a separate dockerd on a loopback port, with certificates of a new authority. */
export async function startTlsDocker(namespace: EngineNamespace): Promise<TlsDocker> {
  const at = join(namespace.state, "docker-tls");
  mkdirSync(at, { recursive: true });
  await runInside(namespace, "bookworm", { argv: ["sh", "-c", CERTIFICATES, at] });
  const host = `tcp://127.0.0.1:${await freePort()}`;
  const tls = ["--tlsverify", "--tlscacert", `${at}/ca.pem`];
  const data = engineFolder(namespace, "docker-tls");
  await startDaemon(namespace, {
    root: "bookworm",
    log: join(at, "log"),
    probe: ["docker", "--host", host, ...tls, "--tlscert", `${at}/cert.pem`, "--tlskey", `${at}/key.pem`, "version"],
    argv: [
      ...["dockerd", "--host", host, ...tls, "--tlscert", `${at}/server.pem`, "--tlskey", `${at}/server-key.pem`],
      ...["--pidfile", join(at, "pid"), "--data-root", join(data, "data"), "--exec-root", join(data, "exec")],
      ...["--bridge=none", "--iptables=false", "--ip6tables=false", `--cgroup-parent=/${basename(namespace.state)}`],
    ],
  });
  return { host, certificates: at };
}

const CERTIFICATES = `set -e; cd "$0"
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=planish-test-authority -keyout ca-key.pem -out ca.pem
sign() {
  openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$2" -out request.pem
  echo "$3" >extensions
  openssl x509 -req -days 30 -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -extfile extensions -out "$1.pem"
}
sign server server-key.pem "subjectAltName=IP:127.0.0.1"
sign client key.pem "extendedKeyUsage=clientAuth"
mv client.pem cert.pem`;

/** An sshd on the loopback, and a folder with an `ssh` that connects to it without asking anything. */
export interface SshServer {
  readonly port: number;
  /** To be the first folder in PATH. */
  readonly binaries: string;
}

/** Starts an sshd with its own keys and settings beside Docker 20.10; it does not touch the machine's ssh. */
export async function startSshd(namespace: EngineNamespace): Promise<SshServer> {
  const at = join(namespace.state, "ssh");
  mkdirSync(at, { recursive: true });
  const port = await freePort();
  const keys = `mkdir -p /run/sshd && ssh-keygen -q -t ed25519 -N "" -f ${at}/host && ssh-keygen -q -t ed25519 -N "" -f ${at}/user`;
  await runInside(namespace, "bookworm", { argv: ["sh", "-c", keys] });
  const options = [
    `AuthorizedKeysFile=${at}/user.pub`,
    ...["StrictModes=no", "UsePAM=no", "PasswordAuthentication=no", "PermitRootLogin=yes", `PidFile=${at}/pid`],
  ];
  const hostKey = readFileSync(join(at, "host.pub"), "utf8");
  writeFileSync(join(at, "known_hosts"), `[127.0.0.1]:${port} ${hostKey}`);
  const client = [
    `-i ${at}/user`,
    "-o IdentitiesOnly=yes",
    `-o UserKnownHostsFile=${at}/known_hosts`,
    "-o BatchMode=yes",
  ];
  const ssh = debianProgram("ssh")?.join(" ");
  writeFileSync(join(at, "ssh"), `#!/bin/sh\nexec ${ssh} -F none ${client.join(" ")} "$@"\n`, { mode: 0o755 });
  await startDaemon(namespace, {
    root: "bookworm",
    log: join(at, "log"),
    probe: [
      "ssh",
      "-F",
      "none",
      ...client.flatMap((option) => option.split(" ")),
      "-p",
      String(port),
      "root@127.0.0.1",
      "true",
    ],
    argv: [
      ...["/usr/sbin/sshd", "-D", "-e", "-f", "none", "-h", `${at}/host`, "-p", String(port)],
      ...["-o", "ListenAddress=127.0.0.1", ...options.flatMap((option) => ["-o", option])],
    ],
  });
  return { port, binaries: at };
}

/** A loopback port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
