import type { ByteRange } from "../../bytes/byte-stream.ts";
import { release, releasing } from "../../bytes/release.ts";
import { decompress } from "../../compression/decompress.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import type { Source } from "../../transport/contracts.ts";

/** The uncompressed tar of a scanned layer, read again from its beginning. */
export interface ForwardTar extends AsyncDisposable {
  /** Streams a range, in bytes of the tar. Ranges must be read in order of their starts and must not overlap. */
  read(range: ByteRange): AsyncGenerator<Uint8Array>;
  /**
   * Verifies what was read: a blob that comes over a network, or that the scan did not read, is read to its end, where
   * its digest is checked.
   */
  finish(): Promise<void>;
}

/** How {@link openForwardTar} reads. */
export interface ForwardTarOptions {
  /** Whether the reader no longer uses a chunk when it asks for the next one, so that its memory can be released. */
  readonly passing?: boolean;
}

/**
 * Opens the tar of a layer without storing it: an uncompressed layer in a file is read in place, any other is
 * decompressed as it is read, and bytes before the wanted ranges are skipped.
 * @throws ImageInvalidError DIGEST_MISMATCH, SIZE_MISMATCH if the blob is no longer what was scanned; TransportError
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
  // Only a decompressor's chunks can be released: nothing else refers to them.
  const releases = passing && compression !== "none";
  return new StreamedTar(stream[Symbol.asyncIterator](), { unverified: located === undefined, releases });
}

interface StreamedTarOptions {
  readonly unverified: boolean;
  readonly releases: boolean;
}

/** Reads ranges from a stream. */
class StreamedTar implements ForwardTar {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #options: StreamedTarOptions;
  #chunk: Uint8Array = new Uint8Array();
  /** Offset of the chunk in the tar. */
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
