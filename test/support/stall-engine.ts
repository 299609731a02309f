import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to an engine on which every upload of an image stands still in its middle. */
export interface StalledEngine extends AsyncDisposable {
  /** The socket to be used instead of the engine's own. */
  readonly path: string;
  /** Settles when an upload stands still. */
  readonly begun: Promise<unknown>;
}

/** Opens a socket at `path` that hands all bytes to the engine and back, but of a `load`, or of the import of a layer, the head alone. */
export async function stallAtLoad(
  engine: string,
  path: string,
  route: "load" | "create" = "load",
): Promise<StalledEngine> {
  const begun = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ path: engine });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    upstream.pipe(client);
    client.on("data", (chunk: Buffer) => {
      const request = new RegExp(`POST \\S*/images/${route}.*?\r\n\r\n`, "s").exec(chunk.toString("latin1"));
      upstream.write(request === null ? chunk : chunk.subarray(0, request.index + request[0].length));
      if (request === null) return;
      client.pause();
      begun.resolve();
    });
    client.on("close", () => upstream.destroy());
  }).listen(path);
  await once(server, "listening");
  return {
    path,
    begun: begun.promise,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
