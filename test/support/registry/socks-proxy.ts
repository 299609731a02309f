import { connect, createServer, type Socket } from "node:net";

/** A SOCKS5 proxy for `HTTP_PROXY` and `HTTPS_PROXY`. */
export interface SocksProxy extends AsyncDisposable {
  readonly url: string;
  /** `host:port` of each requested tunnel, in order. */
  readonly targets: readonly string[];
}

/** Starts a proxy that connects every tunnel to one port of the loopback, whatever its target. RFC 1928 */
export async function startSocksProxy(port: number): Promise<SocksProxy> {
  const targets: string[] = [];
  const server = createServer((client) => {
    client.on("error", () => client.destroy());
    client.once("data", () => {
      client.write(NO_AUTHENTICATION);
      client.once("data", (asked) => {
        targets.push(targetOf(asked));
        tunnel(client, port);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `socks5://127.0.0.1:${address.port}`,
    targets,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const NO_AUTHENTICATION = Buffer.from([5, 0]);
const CONNECTED = Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);

/** The target of a CONNECT to a host name, after its length. */
function targetOf(asked: Buffer): string {
  const end = 5 + asked.readUInt8(4);
  return `${asked.toString("latin1", 5, end)}:${asked.readUInt16BE(end)}`;
}

function tunnel(client: Socket, port: number): void {
  const onward = connect(port, "127.0.0.1", () => client.write(CONNECTED));
  onward.on("error", () => onward.destroy());
  client.pipe(onward).pipe(client);
}
