import { blocksOf } from "../bytes/blocks.ts";
import type { ByteStream } from "../bytes/byte-stream.ts";
import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { DiffId } from "../oci/digest.ts";
import { type Compression, layerCompression } from "../oci/media-type.ts";
import { entryList } from "../tar/entry-table.ts";
import { chunkParcels } from "../workers/chunk-parcels.ts";
import type { Parcel } from "../workers/work.ts";
import { type BlobInput, findBlob } from "./find-blob.ts";
import { notKept, openKept, type ScanKeep, wantsBlob, whereKept } from "./kept-bytes.ts";
import type { KnownScan } from "./known-scan.ts";
import type { LayerIndex } from "./layer-index.ts";
import type { ScanAhead } from "./scan-ahead.ts";
import type { ScanBudget } from "./scan-budget.ts";
import { recallScan, rememberScan } from "./scan-cache.ts";
import { scanWorker } from "./scan-worker.ts";
import { type ScanReply, type ScanRequest, scanOne } from "./worker.ts";
import { openZstd } from "./zstd-input.ts";

/** A layer to be scanned. */
export interface ScanInput extends BlobInput {
  readonly descriptor: Descriptor;
  readonly diffId: DiffId;
  /** Its number in the stack, 0 = bottom, for errors. */
  readonly layer: number;
  readonly lenientTar: boolean;
  readonly budget: ScanBudget;
  readonly keep: ScanKeep;
  /** Whether to examine contents. */
  readonly look?: boolean | undefined;
  /** Whether to leave a layer unread if the cache knows it, for {@link readLayer}. */
  readonly later: boolean;
  /** Whether to scan in a thread of the pool. */
  readonly inThread: boolean;
  /** Scans that were started while the blob was still being fetched. */
  readonly ahead?: ScanAhead | undefined;
}

/**
 * Reads a layer's blob once: decompresses it, verifies digest and diffID, indexes its entries, and keeps the bytes that
 * will be read again: a blob that is in a file stays there, other bytes are written to files in the scratch, which
 * closes them. A thread reads a gzip or uncompressed blob in a file itself; any other is sent to it. A wrong digest or
 * diffID takes precedence over faults in the tar, which it may have caused. A layer that the cache knows is not
 * scanned, unless its contents must be examined; it is read only if bytes of it must be kept, and then only its digest
 * is verified.
 * @throws ImageInvalidError DIGEST_MISMATCH, SIZE_MISMATCH, TAR_INVALID, PATH_UNSAFE, WHITEOUT_INVALID, GZIP_INVALID,
 * ZSTD_INVALID, IMAGE_UNSUPPORTED
 * @throws LimitError LIMIT_EXCEEDED totalBytes, compressionRatio, entries, attributeBytes, pathBytes
 * @throws TransportError DISK_FULL, TRANSPORT_FAILED, WORKER_LOST, and what the blob's stream throws
 */
export async function scanLayer(input: ScanInput, context: Context): Promise<LayerIndex> {
  context.signal.throwIfAborted();
  const known = input.look === true ? undefined : await recallScan(input, context);
  if (known === undefined) return scanAnew(input, context);
  const { budget, layer, keep, later } = input;
  budget.spendAll(known.spent, layer);
  const index = indexOf(input, known, { tar: notKept(known.size), blob: notKept(input.descriptor.size) });
  const unread = { ...index, cached: true, unread: true };
  return later || !(keep.tar || wantsBlob(keep, known.compression)) ? unread : readLayer(input, unread, context);
}

/**
 * Reads a layer that was left unread: keeps its bytes and verifies its digest.
 * @throws what {@link scanLayer} throws, except errors about the tar's entries, and limits
 */
export async function readLayer(input: ScanInput, index: LayerIndex, context: Context): Promise<LayerIndex> {
  const { tar, blob } = await readBlob(input, index.size, context);
  const { keep } = input;
  // The index may have been made for another layer with the same blob, for which more was to be kept.
  const deflate = wantsBlob(keep, "gzip") ? index.deflate && { ...index.deflate, blob } : undefined;
  const zstd = wantsBlob(keep, "zstd") ? index.zstd && { ...index.zstd, blob } : undefined;
  return { ...index, unread: false, tar, deflate, zstd };
}

async function scanAnew(input: ScanInput, context: Context): Promise<LayerIndex> {
  const { scan, ...kept } = (await takeAhead(input)) ?? (await readBlob(input, undefined, context));
  const diagnostics = await rememberScan(input, scan, context);
  const index = indexOf(input, scan, kept);
  return { ...index, diagnostics: [...index.diagnostics, ...diagnostics] };
}

/**
 * The result of a scan ahead, for an uncompressed layer in a file. Undefined if there is none, or if digest, diffID or
 * size are wrong: the scan that follows then reports the error.
 */
async function takeAhead(input: ScanInput): Promise<(ReadAgain & { readonly scan: KnownScan }) | undefined> {
  const { ahead, located, look, descriptor, diffId, budget, layer, counter, keep } = input;
  if (located?.file === undefined || look === true) return undefined;
  const arrived = await ahead?.take(located.file);
  const { digest, size } = descriptor;
  if (arrived?.digest !== digest || (digest as string) !== diffId || arrived.size !== size) return undefined;
  budget.spendAll(arrived.spent, layer);
  counter.add(size);
  const scan: KnownScan = { ...arrived, compression: "none", map: undefined, frames: undefined };
  return { scan, tar: keep.tar ? located : notKept(size), blob: notKept(size) };
}

interface ReadAgain {
  readonly tar: SeekableBytes;
  readonly blob: SeekableBytes;
}

function indexOf({ descriptor, diffId, keep }: ScanInput, scan: KnownScan, { tar, blob }: ReadAgain): LayerIndex {
  const { compression, size, end, trailerExact, entries, map, frames } = scan;
  return {
    ...{ descriptor, diffId, compression, size, end, trailerExact, tar, cached: false, unread: false },
    entries: entryList(entries),
    diagnostics: [...mediaTypeNotices(descriptor, compression), ...scan.diagnostics],
    deflate: wantsBlob(keep, "gzip") ? map && { map, blob } : undefined,
    zstd: wantsBlob(keep, "zstd") ? frames && { map: frames, blob } : undefined,
    content: scan.content,
  };
}

/**
 * One pass over the blob. If the size of its tar is known, the bytes are only verified and kept, and the returned scan
 * is empty.
 */
async function readBlob(
  input: ScanInput,
  knownSize: number | undefined,
  context: Context,
): Promise<ReadAgain & { readonly scan: KnownScan }> {
  const { descriptor, diffId, layer, lenientTar, keep, located, look } = input;
  const { compression, place, stream } = await findBlob(input, context.signal);
  const kept = await whereKept({ compression, located, keep }, context.scratch);
  const zstd = compression === "zstd" && stream !== undefined ? openZstd(stream, kept.blob.path) : undefined;
  const request: ScanRequest = {
    ...{ descriptor, diffId, layer, lenientTar, compression, knownSize, look, place },
    limits: context.limits,
    budget: input.budget.shared,
    counter: input.counter.shared,
    tarPath: kept.tar.path,
    blobPath: zstd === undefined ? kept.blob.path : undefined,
  };
  const bytes = zstd?.stream ?? stream;
  const owned = zstd === undefined && input.givesChunks === true;
  const reply = input.inThread
    ? await performInThread(request, bytes && chunkParcels(owned ? bytes : blocksOf(bytes, PARCEL_BYTES)), context)
    : await performHere(request, bytes, context);
  return {
    scan: { compression, ...reply, frames: zstd?.map() },
    tar: await openKept(kept.tar, reply.size, context),
    blob: await openKept(kept.blob, descriptor.size, context),
  };
}

/** Bytes that are sent to a thread at once. */
const PARCEL_BYTES = 1024 * 1024;

function performInThread(
  request: ScanRequest,
  input: AsyncIterable<Parcel<Uint8Array>> | undefined,
  { workers, signal }: Context,
): Promise<ScanReply> {
  const order = { module: scanWorker(), request: { value: request }, input, signal };
  return workers.run<ScanRequest, ScanReply, Uint8Array>(order).result;
}

async function performHere(
  request: ScanRequest,
  stream: ByteStream | undefined,
  { signal }: Context,
): Promise<ScanReply> {
  const { value } = await scanOne(request, {
    input: stream ?? NOTHING,
    send: () => Promise.reject(new Error("a scan sends nothing")),
    throwIfAborted: () => signal.throwIfAborted(),
  });
  return value;
}

const NOTHING: ByteStream = { async *[Symbol.asyncIterator]() {} };

function mediaTypeNotices({ mediaType }: Descriptor, actual: Compression): Diagnostic[] {
  const promised = layerCompression(mediaType);
  if (promised === undefined || promised === actual) return [];
  const message = "A layer's media type does not match how its bytes are compressed; the bytes were trusted.";
  return [{ rule: "R8.1", message, strict: false }];
}
