import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A proxy in front of an engine, on which one request stalls halfway. */
export interface StalledEngine extends AsyncDisposable {
  /** The socket to be used instead of the engine's own. */
  readonly path: string;
  /** Resolves when a request stalls. */
  readonly begun: Promise<unknown>;
  /** Resumes the stalled request. */
  release(): void;
}

/** Which request stalls, and where. */
export interface Stall {
  /** The engine's socket, and the proxy's, which is created. */
  readonly engine: string;
  readonly path: string;
  /** A `load`, the import of a layer, or the response of a save. */
  readonly route: "load" | "create" | "get";
  /** Bytes that pass first; by default only those that arrive together with the head. */
  readonly after?: number;
}

/**
 * Opens a socket that forwards all bytes to and from an engine, except for one kind of request, which stalls halfway.
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
