import type { ByteRange } from "../../bytes/byte-stream.ts";
import { release, releasing } from "../../bytes/release.ts";
import { decompress } from "../../compression/decompress.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import type { Source } from "../../transport/contracts.ts";

/** The uncompressed tar of a scanned layer, read once more from its beginning on. */
export interface ForwardTar extends AsyncDisposable {
  /** Streams a range, in bytes of the tar; ranges come in the order of their starts and do not overlap. */
  read(range: ByteRange): AsyncGenerator<Uint8Array>;
  /**
   * Makes sure that what was read was right: what comes over a network, or was not read by the scan, is read to its
   * end, where its digest is checked.
   */
  finish(): Promise<void>;
}

/** How {@link openForwardTar} reads. */
export interface ForwardTarOptions {
  /** Whether the reader has done with a chunk when it asks for the next, whose memory may then be gone. */
  readonly passing?: boolean;
}

/**
 * Opens the tar of a layer without keeping it: a plain layer in a file is read where it lies, any other is decompressed
 * on the way and thrown away up to what is wanted.
 * @throws ImageInvalidError DIGEST_MISMATCH, SIZE_MISMATCH where the blob is no longer what was scanned; TransportError
 */
export async function openForwardTar(
  from: Source,
  { descriptor, compression, unread }: LayerIndex,
  { passing = false }: ForwardTarOptions = {},
): Promise<ForwardTar> {
  const located = unread ? undefined : await from.locateBlob?.(descriptor);
  if (located !== undefined && compression === "none") {
    return {
      async *read(range) {
        if (range.end === range.start) return;
        yield* passing ? releasing(located.stream(range)) : located.stream(range);
      },
      finish: async () => {},
      [Symbol.asyncDispose]: async () => {},
    };
  }
  const blob = located === undefined ? from.readBlob(descriptor) : located.stream();
  const { stream } = await decompress(blob, () => {});
  // What comes out of an engine nobody else holds.
  const releases = passing && compression !== "none";
  return new StreamedTar(stream[Symbol.asyncIterator](), { unverified: located === undefined, releases });
}

interface StreamedTarOptions {
  readonly unverified: boolean;
  readonly releases: boolean;
}

/** A stream of which ranges are wanted. */
class StreamedTar implements ForwardTar {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #options: StreamedTarOptions;
  #chunk: Uint8Array = new Uint8Array();
  /** Where the chunk begins in the tar. */
  #start = 0;

  constructor(chunks: AsyncIterator<Uint8Array>, options: StreamedTarOptions) {
    this.#chunks = chunks;
    this.#options = options;
  }

  async *read({ start, end }: ByteRange): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end; ) {
      const offset = at - this.#start;
      if (offset >= this.#chunk.length) {
        if (!(await this.#next())) throw new Error(`the layer ended before byte ${end} of its tar`);
        continue;
      }
      const piece = this.#chunk.subarray(offset, Math.min(this.#chunk.length, end - this.#start));
      at += piece.length;
      yield piece;
    }
  }

  async finish(): Promise<void> {
    if (this.#options.unverified) while (await this.#next());
  }

  async #next(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    this.#start += this.#chunk.length;
    if (this.#options.releases) release(this.#chunk);
    this.#chunk = next.value;
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.return?.();
  }
}
