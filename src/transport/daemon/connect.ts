import { spawn } from "node:child_process";
import { connect as connectSocket, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import type { Endpoint } from "./endpoint.ts";

/** Opens a connection on which an engine speaks HTTP. Errors, a failed ssh among them, arrive as `error` on the stream. */
export function connect(endpoint: Endpoint): Duplex {
  switch (endpoint.kind) {
    case "unix":
      return connectSocket({ path: endpoint.path });
    case "tcp":
      return inTime(
        endpoint.tls === undefined ? connectSocket({ host: endpoint.host, port: endpoint.port }) : overTls(endpoint),
      );
    case "ssh":
      return overSsh(endpoint);
  }
}

const CONNECT_SECONDS = 30;

/** A host that drops packets would be waited for two minutes. */
function inTime(socket: Socket): Socket {
  const late = (): void => void socket.destroy(new Error(`no connection within ${CONNECT_SECONDS} seconds`));
  const timer = setTimeout(late, CONNECT_SECONDS * 1000);
  for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(timer));
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

/** As docker's own command line: ssh runs `docker system dial-stdio` there, which joins its streams to the daemon's socket. */
function overSsh(endpoint: Extract<Endpoint, { kind: "ssh" }>): Duplex {
  const { destination, port, socket } = endpoint;
  const remote = ["docker", ...(socket === undefined ? [] : ["--host", `unix://${socket}`]), "system", "dial-stdio"];
  const args = [
    "-T",
    "-o",
    `ConnectTimeout=${CONNECT_SECONDS}`,
    ...(port === undefined ? [] : ["-p", String(port)]),
    "--",
    destination,
  ];
  const child = spawn("ssh", [...args, ...remote], { stdio: ["pipe", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = `${complaint}${text}`.slice(-2000);
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.once("error", (error) => stream.destroy(error));
  child.once("close", (status) => {
    if (status !== 0 && !stream.destroyed)
      stream.destroy(new Error(`ssh ended with status ${status}: ${complaint.trim()}`));
  });
  stream.once("close", () => child.kill());
  return stream;
}
