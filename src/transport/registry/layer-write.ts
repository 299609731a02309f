import { releasing } from "../../bytes/release.ts";
import type { EncodedLayer, EncodingLayer } from "../contracts.ts";
import { blobExists } from "./blob-write.ts";
import type { RegistrySession } from "./session.ts";
import { pieces, skipped } from "./stream-parts.ts";
import type { Upload } from "./upload.ts";
import { type OpenUploads, UploadRun } from "./upload-run.ts";

/**
 * Parts are held in memory while they are sent, since a request with a range must announce its length and that of the
 * layer is unknown. In bytes.
 */
const MAX_PART_BYTES = 8 * 1024 * 1024;

/** A layer that is uploaded while it is encoded. */
export interface LayerPush {
  /** Starts to encode the layer, each time from its start and with equal bytes. */
  readonly produce: () => EncodingLayer;
  readonly uploads: OpenUploads;
}

/**
 * Sends a layer while it is encoded, in one PATCH, and gives it its digest with PUT when that is known. After a break
 * the layer is encoded again, and the bytes that the registry has are skipped.
 * @throws TransportError AUTH_DENIED, DESTINATION_REFUSED, TRANSPORT_FAILED; and what `produce` and its stream throw
 */
export async function pushLayer(session: RegistrySession, { produce, uploads }: LayerPush): Promise<EncodedLayer> {
  const run = new UploadRun(session, uploads);
  let encoded: EncodedLayer | undefined;
  return run.attempts(async (number) => {
    if (number > 0 && encoded !== undefined && (await blobExists(session, encoded))) return encoded;
    const upload = await run.upload();
    if (upload === undefined) throw new Error("an upload that mounts nothing was answered as a mount");
    if (encoded === undefined || upload.offset !== encoded.size) encoded = await stream(upload, produce, run.partBytes);
    await run.finish(upload, encoded.digest);
    return encoded;
  });
}

async function stream(upload: Upload, produce: () => EncodingLayer, partBytes: number): Promise<EncodedLayer> {
  const { offset } = upload;
  if (partBytes === Number.POSITIVE_INFINITY) {
    let layer: EncodingLayer | undefined;
    const body = () => {
      layer = produce();
      return skipped(releasing(layer.stream), offset);
    };
    await upload.append({ body, length: undefined });
    if (layer === undefined) throw new Error("a request was answered before its body was opened");
    return (layer as EncodingLayer).result();
  }
  const layer = produce();
  const bytes = Math.max(upload.minChunk, Math.min(partBytes, MAX_PART_BYTES));
  for await (const piece of pieces(skipped(layer.stream, offset), bytes)) {
    await upload.append({ body: piece, length: piece.length });
  }
  return layer.result();
}
