import type { ByteStream } from "../../bytes/byte-stream.ts";
import { releasing } from "../../bytes/release.ts";
import { TransportError } from "../../errors.ts";
import type { EncodedLayer, EncodingLayer } from "../contracts.ts";
import type { EngineClient } from "./client.ts";
import { inspectImage } from "./images.ts";
import { readMessages, refusedByStatus } from "./messages.ts";
import { removeTemporary } from "./tags.ts";
import { temporaryTag } from "./temporary-name.ts";
import { UploadSignal } from "./upload-signal.ts";

/**
 * A layer in an engine, as the only layer of an image; disposing it removes the image's name, and the layer if no other
 * image has it.
 */
export interface ImportedLayer extends AsyncDisposable {
  readonly layer: EncodedLayer;
  /** Temporary name of the image. */
  readonly tag: string;
}

/**
 * Streams one uncompressed layer to Docker's classic store, which unpacks it as it arrives; `load` would first copy the
 * whole archive. The store then knows the layer by its diffID, so an image with this bottom layer can be loaded without
 * it. Success means that the engine's layer has the diffID of the bytes that were sent.
 * @throws TransportError DESTINATION_REFUSED, DISK_FULL, TRANSPORT_FAILED; what the stream throws
 */
export async function importLayer(
  client: EngineClient,
  encoding: EncodingLayer,
  signal: AbortSignal,
): Promise<ImportedLayer> {
  const tag = temporaryTag("import");
  try {
    await send(client, { tag, stream: releasing(encoding.stream) }, signal);
    signal.throwIfAborted();
    const layer = encoding.result();
    const { diffIds } = await inspectImage(client, tag);
    if (diffIds.length !== 1 || diffIds[0] !== layer.diffId) {
      throw new TransportError("TRANSPORT_FAILED", `${client.engine} made ${diffIds} of the layer ${layer.diffId}`);
    }
    return { layer, tag, [Symbol.asyncDispose]: () => removeTemporary(client, tag, signal) };
  } catch (error) {
    await removeTemporary(client, tag, signal);
    throw error;
  }
}

interface Sent {
  readonly tag: string;
  readonly stream: ByteStream;
}

async function send(client: EngineClient, { tag, stream }: Sent, signal: AbortSignal): Promise<void> {
  using upload = new UploadSignal(signal);
  const [repo = "", name] = tag.split(":");
  const request = {
    method: "POST",
    path: "/images/create",
    query: { fromSrc: "-", repo, tag: name, message: "a layer of an image that planish writes" },
    headers: { "content-type": "application/x-tar" },
    body: upload.body(stream),
    signal: upload.signal,
  } as const;
  const { body } = await client.request(request).catch(refusedByStatus);
  await readMessages(body);
}
