import type { ByteStream } from "../bytes/byte-stream.ts";
import { createSyncFile } from "../bytes/sync-file.ts";
import { tapped } from "../bytes/tapped.ts";
import { unzstd } from "../compression/unzstd.ts";
import { type ZstdMap, ZstdMapBuilder } from "../compression/zstd-map.ts";

/** A zstd blob that is being decompressed for a scan. */
export interface ZstdInput {
  /** Its uncompressed bytes. */
  readonly stream: ByteStream;
  /** Where its frames are; complete once the stream was read to its end. */
  map(): ZstdMap;
}

/**
 * Decompresses a zstd blob, and also writes the compressed bytes to a new file if a path is given.
 * @throws what {@link unzstd} throws; TransportError DISK_FULL, TRANSPORT_FAILED
 */
export function openZstd(blob: ByteStream, keptAt: string | undefined): ZstdInput {
  const builder = new ZstdMapBuilder();
  return { stream: unzstd(keptAt === undefined ? blob : keptIn(keptAt, blob), builder), map: () => builder.finish() };
}

async function* keptIn(path: string, blob: ByteStream): AsyncGenerator<Uint8Array> {
  using file = createSyncFile(path);
  yield* tapped(blob, (chunk) => file.append(chunk));
}
