import { createSyncFile, readSyncAt, type SyncFile } from "../bytes/sync-file.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { DeflateMap } from "../kernel/deflate-map.ts";
import { columnBuffers } from "../tar/entry-table.ts";
import type { Parcel, WorkChannel } from "../workers/work.ts";
import { BlobPass, type BlobPassInput, type ScannedBlob } from "./blob-pass.ts";
import { sharedByteCounter } from "./byte-counter.ts";
import type { BlobPlace } from "./find-blob.ts";
import { type ArrivedTar, type ArrivingRequest, scanArriving } from "./scan-arriving.ts";
import { type SharedBudget, sharedScanBudget } from "./scan-budget.ts";
import type { TarPassInput } from "./tar-pass.ts";

/** A request to scan a layer, as plain data. */
export interface ScanRequest
  extends Pick<TarPassInput, "layer" | "lenientTar" | "limits" | "look">,
    Pick<BlobPassInput, "descriptor" | "diffId" | "compression" | "knownSize"> {
  readonly budget: SharedBudget;
  /** Bytes of the blob that have been read so far. */
  readonly counter: BigInt64Array;
  /**
   * The blob in a file. If undefined, its bytes come as input: already counted and verified, and for zstd already
   * decompressed.
   */
  readonly place: BlobPlace | undefined;
  /** Paths of new files for the uncompressed tar and for the blob. */
  readonly tarPath: string | undefined;
  readonly blobPath: string | undefined;
}

/** Result of a scan, as plain data. */
export interface ScanReply extends ScannedBlob {
  readonly diagnostics: readonly Diagnostic[];
}

/** Bytes that are read at once. */
const CHUNK_BYTES = 1024 * 1024;

type Channel = WorkChannel<Uint8Array, never>;

/** Scans a layer, or an arriving file that may be one: a {@link Work} for a thread. */
export function work(
  request: ScanRequest | ArrivingRequest,
  channel: Channel,
): Promise<Parcel<ScanReply | ArrivedTar | undefined>> {
  return "written" in request ? scanBeforeItIsThere(request, channel) : scanOne(request, channel);
}

async function scanBeforeItIsThere(
  request: ArrivingRequest,
  channel: Channel,
): Promise<Parcel<ArrivedTar | undefined>> {
  const value = scanArriving(request, () => channel.throwIfAborted());
  return { value, transfer: value && columnBuffers(value.entries) };
}

/** Scans one layer, either in a thread of the pool or in the main thread. */
export async function scanOne(request: ScanRequest, channel: Channel): Promise<Parcel<ScanReply>> {
  const diagnostics: Diagnostic[] = [];
  using tarFile = createFileAt(request.tarPath);
  using blobFile = createFileAt(request.blobPath);
  const counter = sharedByteCounter(request.counter);
  using pass = new BlobPass({
    ...request,
    budget: sharedScanBudget(request.budget),
    blobBytesRead: () => counter.value(),
    notice: (diagnostic) => diagnostics.push(diagnostic),
    check: request.place !== undefined,
    tarFile,
    blobFile,
  });
  if (request.place === undefined) {
    for await (const chunk of channel.input) {
      channel.throwIfAborted();
      pass.push(chunk);
    }
  } else {
    for (const chunk of chunksAt(request.place)) {
      channel.throwIfAborted();
      counter.add(chunk.length);
      pass.push(chunk);
    }
  }
  const scanned = pass.finish();
  const value = { ...scanned, diagnostics };
  const facts = scanned.content === undefined ? [] : [scanned.content.crc.buffer as ArrayBuffer];
  return { value, transfer: [...columnBuffers(scanned.entries), ...mapBuffers(scanned.map), ...facts] };
}

function createFileAt(path: string | undefined): SyncFile | undefined {
  return path === undefined ? undefined : createSyncFile(path);
}

/** The bytes of a file in chunks, each of which is valid until the next one. */
function* chunksAt(place: BlobPlace): Generator<Uint8Array> {
  const { size } = place;
  const buffer = Buffer.allocUnsafeSlow(Math.min(size, CHUNK_BYTES));
  for (let start = 0; start < size; start += CHUNK_BYTES) {
    const chunk = buffer.subarray(0, Math.min(CHUNK_BYTES, size - start));
    readSyncAt(place, start, chunk);
    yield chunk;
  }
}

function mapBuffers(map: DeflateMap | undefined): ArrayBuffer[] {
  if (map === undefined) return [];
  const { bitStart, bitEnd, outStart, kind, memberStart } = map;
  return [bitStart, bitEnd, outStart, kind, memberStart].map(({ buffer }) => buffer as ArrayBuffer);
}
