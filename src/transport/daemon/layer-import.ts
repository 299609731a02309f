import type { ByteStream } from "../../bytes/byte-stream.ts";
import { releasing } from "../../bytes/release.ts";
import { TransportError } from "../../errors.ts";
import type { EncodedLayer, EncodingLayer } from "../contracts.ts";
import type { EngineClient } from "./client.ts";
import { inspectImage } from "./images.ts";
import { readMessages, refusedByStatus } from "./messages.ts";
import { removeTemporary } from "./tags.ts";
import { temporaryTag } from "./temporary-name.ts";

/**
 * A layer that an engine has, in an image of that layer alone; disposing it removes the image's name, and the layer
 * when no other image has it.
 */
export interface ImportedLayer extends AsyncDisposable {
  readonly layer: EncodedLayer;
  /** Temporary name of the image. */
  readonly tag: string;
}

/**
 * Gives Docker's classic store one uncompressed layer as a stream, which is unpacked while it comes: of what `load` is
 * given the store keeps a copy first. It knows the layer by its diffID then, so that an image whose bottom layer it is
 * can be loaded without it. Success means that the engine's layer has the diffID that was sent.
 * @throws TransportError DESTINATION_REFUSED, DISK_FULL, TRANSPORT_FAILED; and what the stream throws
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
    return { layer, tag, [Symbol.asyncDispose]: () => removeTemporary(client, tag) };
  } catch (error) {
    await removeTemporary(client, tag);
    throw error;
  }
}

interface Sent {
  readonly tag: string;
  readonly stream: ByteStream;
}

/**
 * An abort breaks the connection off, so that nothing comes of the import. When all is sent the engine goes on by
 * itself, and what it makes can be removed only when it is there.
 */
async function send(client: EngineClient, { tag, stream }: Sent, signal: AbortSignal): Promise<void> {
  const connection = new AbortController();
  let ended = false;
  const abort = (): void => {
    if (ended) setTimeout(() => connection.abort(signal.reason), ANSWER_MS).unref();
    else connection.abort(signal.reason);
  };
  signal.throwIfAborted();
  signal.addEventListener("abort", abort, { once: true });
  const [repo = "", name] = tag.split(":");
  const request = {
    method: "POST",
    path: "/images/create",
    query: { fromSrc: "-", repo, tag: name, message: "a layer of an image that planish writes" },
    headers: { "content-type": "application/x-tar" },
    body: ending(stream, () => {
      ended = true;
    }),
    signal: connection.signal,
  } as const;
  try {
    const { body } = await client.request(request).catch(refusedByStatus);
    await readMessages(body);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function* ending(stream: ByteStream, atEnd: () => void): ByteStream {
  yield* stream;
  atEnd();
}

/** An engine that has all bytes answers within a moment; one that hangs is not waited for without end. */
const ANSWER_MS = 10_000;
