import type { ByteStream } from "../../bytes/byte-stream.ts";
import { TransportError } from "../../errors.ts";

/**
 * What an engine says while it loads: the text lines, in order, as `docker load` prints them
 * (`Loaded image: app:flat`).
 */
export type EngineMessages = readonly string[];

const MAX_LINE = 1024 * 1024;

/**
 * Reads the answer to a load to its end. Errors arrive in it after status 200, so success is known only there.
 * @throws TransportError DESTINATION_REFUSED with the engine's words; DISK_FULL when it says that its disk is full
 */
export async function readMessages(body: ByteStream): Promise<EngineMessages> {
  const lines: string[] = [];
  for await (const text of jsonLines(body)) {
    const message = parseMessage(text);
    const line = message.stream?.trimEnd();
    const error = message.errorDetail?.message ?? message.error ?? notUnpacked(line ?? "");
    if (error !== undefined) throw refused(error);
    if (line !== undefined) lines.push(line);
  }
  return lines;
}

/**
 * The containerd store of Docker 28 and later names an image, and says only in passing that it could not be unpacked,
 * since a layer is not what its diffID says or the disk is full: no container could be made of it.
 */
function notUnpacked(line: string): string | undefined {
  return /^Error unpacking image (.*)$/s.exec(line)?.[1];
}

interface Message {
  readonly stream?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/** podman answers with lines too, but ends some of them without a newline. */
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

function parseMessage(text: string): Message {
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

/** The error for an image that an engine did not take, in its words. */
export function refused(message: string, cause?: unknown): TransportError {
  const code = /no space left on device/i.test(message) ? "DISK_FULL" : "DESTINATION_REFUSED";
  return new TransportError(code, `the engine refused the image: ${message.trim()}`, { cause });
}

/** podman refuses an image with a status, Docker with a line in the answer: it is the same refusal. */
export function refusedByStatus(error: unknown): never {
  const status = error instanceof TransportError ? error.details.status : undefined;
  if (error instanceof TransportError && typeof status === "number") throw refused(error.message, error);
  throw error;
}
