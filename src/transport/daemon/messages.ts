import type { ByteStream } from "../../bytes/byte-stream.ts";
import { TransportError } from "../../errors.ts";

const MAX_LINE = 1024 * 1024;

/**
 * Reads the response to a load to its end. It may contain an error after status 200, so only its end means success.
 * @throws TransportError DESTINATION_REFUSED with the engine's message; DISK_FULL if that says that its disk is full;
 * TRANSPORT_FAILED if the response is not JSON
 */
export async function readMessages(body: ByteStream): Promise<void> {
  for await (const text of jsonLines(body)) {
    const message = parseMessage(text);
    const error = errorOf(message) ?? notUnpacked(message.stream ?? "");
    if (error !== undefined) throw refused(error);
  }
}

/**
 * If the containerd store of Docker 28 and later cannot unpack an image, because a layer does not match its diffID or
 * the disk is full, it names the image all the same and only prints a message: no container could use that image.
 */
function notUnpacked(line: string): string | undefined {
  return /^Error unpacking image (.*)$/s.exec(line)?.[1];
}

/** A JSON object in the response to a load, or at the end of that to a save. */
export interface Message {
  readonly stream?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/** Splits the response into lines. Podman does not end every line with a newline. */
async function* jsonLines(body: ByteStream): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = (lines.pop() ?? "").slice(0, MAX_LINE);
    for (const line of lines) if (line.trim() !== "") yield line;
  }
  if (rest.trim() !== "") yield rest;
}

/** The error that a message reports; undefined if it reports none. */
export function errorOf({ errorDetail, error }: Message): string | undefined {
  return errorDetail?.message ?? error;
}

/** @throws TransportError TRANSPORT_FAILED */
export function parseMessage(text: string): Message {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch (cause) {
    throw new TransportError("TRANSPORT_FAILED", "the engine's answer is not JSON", {
      cause,
      details: { said: text.slice(0, 200) },
    });
  }
}

/** The error for an image that an engine refused, with the engine's message. */
export function refused(message: string, cause?: unknown): TransportError {
  const code = /no space left on device/i.test(message) ? "DISK_FULL" : "DESTINATION_REFUSED";
  const details = /max depth exceeded/i.test(message) ? { hint: TOO_MANY_LAYERS } : {};
  return new TransportError(code, `the engine refused the image: ${message.trim()}`, { cause, details });
}

/** What Docker's classic store calls depth is the number of layers. */
const TOO_MANY_LAYERS =
  "Docker accepts at most 125 layers: planish flatten makes them one, with --max-layers 125 only as few as needed";

/** Podman refuses an image by a status, Docker by a line in the response: both become the same error. */
export function refusedByStatus(error: unknown): never {
  const status = error instanceof TransportError ? error.details.status : undefined;
  if (error instanceof TransportError && typeof status === "number") throw refused(error.message, error);
  throw error;
}
