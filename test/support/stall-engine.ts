import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to an engine on which an image stands still in the middle of its way. */
export interface StalledEngine extends AsyncDisposable {
  /** The socket to be used instead of the engine's own. */
  readonly path: string;
  /** Settles when something stands still. */
  readonly begun: Promise<unknown>;
  /** Lets go on what stands still. */
  release(): void;
}

/** Which request stands still, and where. */
export interface Stall {
  /** The engine's socket, and that of the way to it, which is made. */
  readonly engine: string;
  readonly path: string;
  /** A `load`, the import of a layer or, in its answer, a save. */
  readonly route: "load" | "create" | "get";
  /** Bytes that pass before; none by default, but for what comes in one piece with the head. */
  readonly after?: number;
}

/**
 * Opens a socket that hands all bytes to an engine and back, but for one kind of request, which stands still in its
 * middle.
 */
export async function stallEngine({ engine, path, route, after = 0 }: Stall): Promise<StalledEngine> {
  const begun = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  const stalled = new Set<Socket>();
  const wanted = new RegExp(`(?:GET|POST) \\S*/images/${route}.*?\r\n\r\n`, "s");
  const server = createServer((client) => {
    const upstream = connect({ path: engine });
    for (const socket of [client, upstream]) sockets.add(socket.on("error", () => {}));
    const slow = route === "get" ? upstream : client;
    let left = Number.POSITIVE_INFINITY;
    const passOn = (from: Socket, to: Socket) => (chunk: Buffer) => {
      const head = from === client ? wanted.exec(chunk.toString("latin1")) : null;
      if (head !== null) left = slow === client ? head.index + head[0].length + after : after;
      if (from !== slow || left > chunk.length) {
        to.write(chunk);
        if (from === slow) left -= chunk.length;
        return;
      }
      to.write(chunk.subarray(0, left));
      from.pause().unshift(chunk.subarray(left));
      left = Number.POSITIVE_INFINITY;
      stalled.add(from);
      begun.resolve();
    };
    client.on("data", passOn(client, upstream)).on("close", () => upstream.destroy());
    upstream.on("data", passOn(upstream, client)).on("close", () => client.destroySoon());
  }).listen(path);
  await once(server, "listening");
  return {
    path,
    begun: begun.promise,
    release() {
      for (const socket of stalled) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
