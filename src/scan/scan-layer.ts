import type { ByteStream } from "../bytes/byte-stream.ts";
import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import { spool } from "../bytes/spool.ts";
import { tapped } from "../bytes/tapped.ts";
import { decompress } from "../compression/decompress.ts";
import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { DiffId } from "../oci/digest.ts";
import { type Compression, layerCompression } from "../oci/media-type.ts";
import type { LayerIndex } from "./layer-index.ts";
import { type LayerPass, startLayerPass } from "./layer-pass.ts";
import type { ScanBudget } from "./scan-budget.ts";

/** A layer to be scanned. */
export interface ScanInput {
  readonly descriptor: Descriptor;
  readonly diffId: DiffId;
  /** Its number in the stack, 0 = bottom, for errors. */
  readonly layer: number;
  /** Opens the blob's bytes; they are verified against the descriptor by their end. */
  open(): ByteStream;
  /** The blob where it lies in a local file: then an uncompressed layer needs no copy. */
  readonly located?: SeekableBytes | undefined;
  readonly lenientTar: boolean;
  readonly budget: ScanBudget;
  /** Told of every chunk of the blob, in bytes of the blob. */
  onBytes(bytes: number): void;
}

/**
 * Reads a layer's blob once: decompresses it, verifies its diffID, indexes its entries, and keeps the uncompressed tar where it can be read by ranges —
 * the blob itself when it is plain and lies in a file, else a file in the scratch, which closes it. Damage of the blob (a wrong digest or diffID) is reported
 * rather than the faults in the tar that it causes.
 * @throws ImageInvalidError DIGEST_MISMATCH, TAR_INVALID, PATH_UNSAFE, WHITEOUT_INVALID, GZIP_INVALID, ZSTD_INVALID, IMAGE_UNSUPPORTED
 * @throws LimitError LIMIT_EXCEEDED totalBytes, compressionRatio, entries, pathBytes
 * @throws TransportError DISK_FULL, TRANSPORT_FAILED, and what the blob's stream throws
 */
export async function scanLayer(input: ScanInput, context: Context): Promise<LayerIndex> {
  const { descriptor, diffId, located } = input;
  const diagnostics: Diagnostic[] = [];
  const notice = (diagnostic: Diagnostic) => diagnostics.push(diagnostic);
  let read = 0;
  const blob = tapped(input.open(), (chunk) => {
    context.signal.throwIfAborted();
    read += chunk.length;
    input.onBytes(chunk.length);
  });
  const { compression, stream } = await decompress(blob, notice);
  noticeMediaType(descriptor, compression, notice);
  const pass = startLayerPass({ ...input, compression, limits: context.limits, notice, blobBytesRead: () => read });
  const tar = await runPass({ pass, stream, inPlace: compression === "none" ? located : undefined }, context);
  return { descriptor, diffId, compression, ...pass.finish(), diagnostics, tar };
}

/** Which bytes go through a pass. */
interface PassRun {
  readonly pass: LayerPass;
  readonly stream: ByteStream;
  /** The same bytes in a file, if they are. */
  readonly inPlace: SeekableBytes | undefined;
}

/** Takes the stream to its end and returns where its bytes can be read again. */
async function runPass({ pass, stream, inPlace }: PassRun, context: Context): Promise<SeekableBytes> {
  if (inPlace !== undefined) {
    for await (const chunk of stream) pass.push(chunk);
    return inPlace;
  }
  const path = await context.scratch.path("layer.tar");
  const file = await spool(passedThrough(pass, stream), path, context.signal);
  context.scratch.own(file);
  return file;
}

/** The stream's chunks after the pass has seen them; none any more once the tar turned out to be invalid, for then nobody will read it. */
async function* passedThrough(pass: LayerPass, stream: ByteStream): ByteStream {
  for await (const chunk of stream) {
    pass.push(chunk);
    if (!pass.failed) yield chunk;
  }
  pass.throwIfFailed();
}

function noticeMediaType(
  { mediaType }: Descriptor,
  actual: Compression,
  notice: (diagnostic: Diagnostic) => void,
): void {
  const promised = layerCompression(mediaType);
  if (promised === undefined || promised === actual) return;
  notice({
    rule: "R8.1",
    message: "A layer's media type says how it is compressed, but its bytes are otherwise; the bytes were believed.",
    strict: false,
  });
}
