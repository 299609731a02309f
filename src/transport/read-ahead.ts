import { type BegunStream, begun } from "../bytes/begun.ts";
import type { ByteStream } from "../bytes/byte-stream.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { Source } from "./contracts.ts";

/**
 * The next blobs are asked for when one that is being read has fewer bytes left than this, as many as fit into it: so
 * much arrives within a round trip of 100 ms at 670 Mbit/s. Asked for earlier, a server would wait until it gives up.
 */
const AHEAD_BYTES = 8 * 1024 * 1024;
/** How many blobs are asked for that nobody reads yet: each has a connection, and holds about 1 MiB. */
const MOST_AHEAD = 4;

/** Whether reading a blob begins with a wait for a server. Sources on a network have no files to locate blobs in. */
export function isFarAway(source: Pick<Source, "locateBlob">): boolean {
  return source.locateBlob === undefined;
}

/**
 * Reads blobs of a source that is far away in about a known order, and asks for the next ones before the last bytes of
 * those before them are there, so that a round trip is not waited for with each blob. Disposing it gives up those that
 * nobody has begun to read.
 */
export class ReadAhead implements Pick<Source, "readBlob">, Disposable {
  readonly #source: Pick<Source, "readBlob">;
  /** Not asked for yet. */
  readonly #next: Descriptor[];
  readonly #early = new Map<Digest, { readonly size: number; readonly stream: BegunStream }>();
  readonly #reading = new Set<{ left: number }>();

  constructor(source: Pick<Source, "readBlob">, blobs: readonly Descriptor[]) {
    this.#source = source;
    this.#next = [...blobs];
  }

  async *readBlob(blob: Descriptor): ByteStream {
    const reading = { left: blob.size };
    this.#reading.add(reading);
    try {
      const stream = this.#take(blob);
      this.#askAhead();
      for await (const chunk of stream) {
        reading.left -= chunk.length;
        this.#askAhead();
        yield chunk;
      }
    } finally {
      this.#reading.delete(reading);
    }
  }

  [Symbol.dispose](): void {
    this.#next.length = 0;
    for (const { stream } of this.#early.values()) stream.drop();
    this.#early.clear();
  }

  #take(blob: Descriptor): ByteStream {
    const at = this.#next.findIndex(({ digest }) => digest === blob.digest);
    if (at !== -1) this.#next.splice(at, 1);
    const early = this.#early.get(blob.digest);
    this.#early.delete(blob.digest);
    // Begun here, so that it is asked for before those that are only read later.
    return early?.stream ?? begun(this.#source.readBlob(blob));
  }

  #askAhead(): void {
    const soonest = Math.min(...[...this.#reading].map(({ left }) => left));
    let ahead = [...this.#early.values()].reduce((sum, { size }) => sum + size, soonest);
    while (ahead < AHEAD_BYTES && this.#early.size < MOST_AHEAD) {
      const blob = this.#next.shift();
      if (blob === undefined) return;
      this.#early.set(blob.digest, { size: blob.size, stream: begun(this.#source.readBlob(blob)) });
      ahead += blob.size;
    }
  }
}
