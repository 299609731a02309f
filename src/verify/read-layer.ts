import type { ByteStream } from "../bytes/byte-stream.ts";
import { checkRatio } from "../bytes/check-ratio.ts";
import { tapped } from "../bytes/tapped.ts";
import { decompress } from "../compression/decompress.ts";
import { gunzip } from "../compression/gunzip.ts";
import { gunzipHere } from "../compression/gunzip-here.ts";
import { ImageInvalidError, LimitError } from "../errors.ts";
import type { ImageLayer } from "../image/image.ts";
import type { Limits } from "../limits.ts";
import { digestHash, digestHex } from "../oci/digest.ts";
import { ByteFeed } from "./byte-feed.ts";
import type { SealKey } from "./content-seal.ts";
import { type EntryTableData, xattrBytes } from "./entry-table.ts";
import { EntryTableWriter } from "./entry-table-writer.ts";
import type { LayerEntry } from "./file-entry.ts";
import { layerEntry } from "./layer-entry.ts";
import type { ReadBudget } from "./read-budget.ts";
import { readTar, type TarMember } from "./tar-members.ts";

/** How a layer is read. */
export interface LayerReading {
  /** The blob's bytes, verified by their end. */
  readonly blob: ByteStream;
  /** Whether a blob with this digest is known to have the diffID. */
  readonly knownDiffId: boolean;
  readonly lenientTar: boolean;
  readonly sealKey: SealKey | undefined;
  readonly limits: Limits;
  readonly budget: ReadBudget;
  /** Whether this thread may block on zlib, which is faster; the main thread must not. */
  readonly mayWait: boolean;
  /** Throws if the reading is aborted; called for every chunk. */
  throwIfAborted(): void;
}

/**
 * Reads a layer's blob once and returns its entries; contents are hashed on the way and not kept. Blob and diffID are
 * verified, and damage of the blob is reported rather than the faults of the tar that it causes.
 * @throws ImageInvalidError DIGEST_MISMATCH, SIZE_MISMATCH, TAR_INVALID, PATH_UNSAFE, WHITEOUT_INVALID, GZIP_INVALID,
 * ZSTD_INVALID, IMAGE_UNSUPPORTED
 * @throws LimitError LIMIT_EXCEEDED; TransportError
 */
export async function readLayer({ descriptor, diffId }: ImageLayer, reading: LayerReading): Promise<EntryTableData> {
  const { budget } = reading;
  const entries = new EntryTableWriter();
  const parser = new LayerParser(reading, entries);
  let compressed = 0;
  let inflated = 0;
  const blob = tapped(reading.blob, (chunk) => {
    reading.throwIfAborted();
    compressed += chunk.length;
    budget.countRead(chunk.length);
  });
  const { compression, stream } = await decompress(blob, () => {}, reading.mayWait ? gunzipHere : gunzip);
  // An uncompressed blob whose digest is the diffID was verified by its source.
  const plain = compression === "none" && (descriptor.digest as string) === diffId;
  const hash = plain || reading.knownDiffId ? undefined : digestHash(diffId);
  for await (const chunk of stream) {
    inflated += chunk.length;
    budget.spendBytes(chunk.length);
    checkRatio({ plain: inflated, compressed }, reading.limits.compressionRatio);
    hash?.update(chunk);
    parser.push(chunk);
  }
  if (hash !== undefined && hash.digest("hex") !== digestHex(diffId)) {
    const message = `the layer's uncompressed bytes do not match its diffID ${diffId}`;
    throw new ImageInvalidError("DIGEST_MISMATCH", message, { details: { digest: diffId } });
  }
  parser.end();
  return entries.data(inflated + parser.holes);
}

/**
 * Runs the tar reader over the chunks as they arrive; a fault of the tar is thrown only after digest and diffID are
 * verified.
 */
class LayerParser {
  /** Bytes of the holes of sparse files. */
  holes = 0;
  readonly #feed = new ByteFeed();
  readonly #reader: Generator<void, void, void>;
  #done = false;
  #fault: ImageInvalidError | undefined;

  constructor(reading: LayerReading, entries: EntryTableWriter) {
    const { budget, lenientTar, sealKey, limits } = reading;
    const onMember = (member: TarMember): void => {
      budget.spendEntries();
      budget.spendAttributes(member.linkName.length + xattrBytes(member.xattrs));
      const entry = layerEntry(member, reading);
      if (entry !== undefined) entries.add(withinLimit(entry, limits.pathBytes));
    };
    const onHoles = (bytes: number): void => {
      budget.spendBytes(bytes);
      this.holes += bytes;
    };
    this.#reader = readTar(this.#feed, { lenientTar, sealKey, onHoles, onMember });
  }

  push(chunk: Uint8Array): void {
    if (this.#done || this.#fault !== undefined) return;
    this.#feed.supply(chunk);
    this.#advance();
  }

  /** @throws ImageInvalidError for what was wrong with the tar */
  end(): void {
    if (!this.#done && this.#fault === undefined) {
      this.#feed.supply(undefined);
      this.#advance();
    }
    if (this.#fault !== undefined) throw this.#fault;
  }

  #advance(): void {
    try {
      this.#done = this.#reader.next().done === true;
    } catch (error) {
      if (!(error instanceof ImageInvalidError)) throw error;
      this.#fault = error;
    }
  }
}

function withinLimit(entry: LayerEntry, allowed: number): LayerEntry {
  if (entry.path.length > allowed) throw new LimitError("pathBytes", allowed, entry.path.length, { entry: entry.path });
  return entry;
}
