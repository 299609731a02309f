import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { connect as connectSocket, type OnReadOpts, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import type { EngineName } from "./client.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * Opens a connection on which an engine speaks HTTP. Errors, including a failed ssh, are emitted as `error`.
 */
export function connect(engine: EngineName, endpoint: Endpoint): Duplex {
  switch (endpoint.kind) {
    case "unix":
      return connectSocket({ path: endpoint.path });
    case "tcp":
      return endpoint.tls === undefined
        ? inTime(connectSocket({ host: endpoint.host, port: endpoint.port }), "connect")
        : inTime(overTls(endpoint), "secureConnect");
    case "ssh":
      return overSsh(engine, endpoint);
  }
}

/**
 * The same for a plain socket, which reads into the buffers that `onread` supplies; undefined for TLS and ssh, where
 * bytes pass through this process.
 */
export function connectDirectly(endpoint: Endpoint): ((onread: OnReadOpts) => Socket) | undefined {
  if (endpoint.kind === "unix") return (onread) => connectSocket({ path: endpoint.path, onread });
  if (endpoint.kind !== "tcp" || endpoint.tls !== undefined) return undefined;
  return (onread) => inTime(connectSocket({ host: endpoint.host, port: endpoint.port, onread }), "connect");
}

const CONNECT_SECONDS = 30;

/** Without this, a host that drops packets fails after two minutes, and a server that ignores TLS never. */
function inTime(socket: Socket, connected: "connect" | "secureConnect"): Socket {
  const late = (): void => void socket.destroy(new Error(`no connection within ${CONNECT_SECONDS} seconds`));
  const timer = setTimeout(late, CONNECT_SECONDS * 1000);
  for (const event of [connected, "close"]) socket.once(event, () => clearTimeout(timer));
  return socket;
}

function overTls(endpoint: Extract<Endpoint, { kind: "tcp" }>): Socket {
  const { host, port, tls } = endpoint;
  return connectTls({
    host,
    port,
    servername: /^[\d.]+$|:/.test(host) ? "" : host,
    rejectUnauthorized: tls?.verify ?? true,
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls?.key === undefined ? {} : { key: tls.key }),
  });
}

/**
 * Like docker's own command line, runs `docker system dial-stdio` on the other side, which connects its stdin and
 * stdout to the daemon's socket; podman has the same command.
 */
function overSsh(engine: EngineName, endpoint: Extract<Endpoint, { kind: "ssh" }>): Duplex {
  const { destination, port, socket } = endpoint;
  const at = socket === undefined ? [] : [SOCKET_FLAGS[engine], `unix://${socket}`];
  const remote = [engine, ...at, "system", "dial-stdio"];
  const args = [
    "-T",
    "-o",
    `ConnectTimeout=${CONNECT_SECONDS}`,
    ...(port === undefined ? [] : ["-p", String(port)]),
    "--",
    destination,
  ];
  return streamOf(spawn("ssh", [...args, ...remote], { stdio: ["pipe", "pipe", "pipe"] }));
}

const SOCKET_FLAGS: Readonly<Record<EngineName, string>> = { docker: "--host", podman: "--url" };

/**
 * A process as a connection. The stream ends when the process has exited: only its exit status and stderr tell whether
 * it failed.
 */
function streamOf(child: ChildProcessWithoutNullStreams): Duplex {
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = `${complaint}${text}`.slice(-2000);
  });
  // A process that exits early also breaks the pipe to its stdin; its exit status is the error to report.
  child.stdin.on("error", () => {});
  const stream = new Duplex({
    read: () => void child.stdout.resume(),
    write: (chunk: Uint8Array, _, done) => void child.stdin.write(chunk, () => done()),
    final: (done) => void child.stdin.end(() => done()),
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  child.stdout.on("data", (chunk: Uint8Array) => {
    if (!stream.push(chunk)) child.stdout.pause();
  });
  child.once("error", (error) => stream.destroy(error));
  child.once("close", (status) => {
    if (status === 0 || stream.destroyed) stream.push(null);
    else stream.destroy(new Error(`ssh ended with status ${status}: ${complaint.trim()}`));
  });
  return stream;
}
