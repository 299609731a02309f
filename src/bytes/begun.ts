import type { ByteStream } from "./byte-stream.ts";

/** A stream whose first chunk is on its way before anybody asks for it. Can be iterated once. */
export interface BegunStream extends ByteStream {
  /** Gives the stream up, if nobody has begun to iterate it. */
  drop(): void;
}

/** Begins a stream: one that comes from a server has asked for it then. Its errors are thrown when it is iterated. */
export function begun(stream: ByteStream): BegunStream {
  const chunks = stream[Symbol.asyncIterator]();
  const first = chunks.next();
  first.catch(() => {});
  let taken = false;
  return {
    async *[Symbol.asyncIterator]() {
      taken = true;
      try {
        for (let next = await first; next.done !== true; next = await chunks.next()) yield next.value;
      } finally {
        await chunks.return?.();
      }
    },
    drop() {
      // A generator ends only when its first chunk has come or failed, for which nobody waits here.
      if (!taken) chunks.return?.().catch(() => {});
    },
  };
}
