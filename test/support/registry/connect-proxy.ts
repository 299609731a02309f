import { connect, createServer } from "node:net";

/** A proxy for `HTTPS_PROXY`. */
export interface ConnectProxy extends AsyncDisposable {
  readonly url: string;
  /** `host:port` of each requested tunnel, in order. */
  readonly targets: readonly string[];
}

/** Starts a proxy that connects every tunnel to one port of the loopback, whatever its target. */
export async function startConnectProxy(port: number): Promise<ConnectProxy> {
  const targets: string[] = [];
  const server = createServer((client) => {
    client.once("data", (head) => {
      targets.push(/^CONNECT (\S+)/.exec(head.toString())?.[1] ?? head.toString());
      const onward = connect(port, "127.0.0.1", () => client.write("HTTP/1.1 200 OK\r\n\r\n"));
      client.pipe(onward).pipe(client);
      for (const socket of [client, onward]) socket.on("error", () => socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://user:very-secret@127.0.0.1:${address.port}`,
    targets,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
