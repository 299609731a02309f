import type { ByteStream } from "../../bytes/byte-stream.ts";
import { verified } from "../../bytes/verified.ts";
import { ImageInvalidError, TransportError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { HttpResponse } from "./exchange.ts";
import { redactUrl } from "./redact.ts";
import { Backoff } from "./retry.ts";
import type { ApiRequest, RegistrySession } from "./session.ts";

/** If a connection delivered this many bytes before it broke, the count of attempts restarts. */
const PROGRESS_BYTES = 64 * 1024;
const SLOW_BYTES_PER_MS = 1.024;

/**
 * Streams a blob and verifies it. A transfer that breaks, stalls or is too slow is continued with a Range request; if
 * the registry ignores ranges, the blob is read from its start again, and what was yielded is skipped.
 * distribution-spec spec.md#pulling-blobs, RFC 9110 §14
 * @throws ImageInvalidError DIGEST_MISMATCH, SIZE_MISMATCH
 * @throws TransportError SOURCE_NOT_FOUND, AUTH_DENIED, TRANSPORT_FAILED
 */
export function readRegistryBlob(session: RegistrySession, blob: Descriptor): ByteStream {
  return verified(resumed(session, blob), blob);
}

async function* resumed(session: RegistrySession, blob: Descriptor): ByteStream {
  const backoff = new Backoff(session.settings.retry, session.signal);
  let offset = 0;
  let restart = 0;
  for (;;) {
    try {
      for await (const chunk of readFrom(session, blob, offset)) {
        offset += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      session.signal.throwIfAborted();
      // All bytes are here, however slowly they came or the connection ended.
      if (offset > 0 && offset === blob.size) return;
      if (offset - restart >= PROGRESS_BYTES) backoff.progressed();
      restart = offset;
      await backoff.wait(error);
    }
  }
}

/** The blob from `offset` to its end, over one connection. */
async function* readFrom(session: RegistrySession, blob: Descriptor, offset: number): ByteStream {
  const request: ApiRequest = {
    method: "GET",
    url: session.url(`blobs/${blob.digest}`),
    // A proxy that compressed the blob would change its bytes. Some registries refuse ranges without an end.
    headers: { "accept-encoding": "identity", ...(offset === 0 ? {} : { range: `bytes=${offset}-${blob.size - 1}` }) },
    scopes: [session.scope("pull")],
    expect: offset === 0 ? [200] : [200, 206, 416],
  };
  const response = await session.send(request);
  const total = await sizeSaid(response, offset);
  if (total !== undefined && total !== blob.size) {
    await response.discard();
    throw sizeMismatch(blob, total);
  }
  if (response.status === 416) {
    await response.discard();
    throw broken(response, `has no bytes from ${offset}`);
  }
  let seen = response.status === 206 ? offset : 0;
  for await (const chunk of atPace(response, session.settings.timeouts.slow)) {
    const start = Math.max(0, offset - seen);
    seen += chunk.length;
    if (start < chunk.length) yield start === 0 ? chunk : chunk.subarray(start);
  }
  if (seen < blob.size) throw broken(response, `ended after ${seen} of ${blob.size} bytes`);
}

/** The size of the whole blob according to the response's headers; undefined if they do not say. */
async function sizeSaid(response: HttpResponse, offset: number): Promise<number | undefined> {
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.header("content-range") ?? "");
  if (response.status === 206 && Number(range?.[1]) !== offset) {
    await response.discard();
    throw broken(response, `was asked for bytes from ${offset} and sent others`);
  }
  const size = response.status === 200 ? response.header("content-length") : range?.[2];
  return size !== undefined && /^\d+$/.test(size) ? Number(size) : undefined;
}

/** The body; throws if it comes too slowly. Only the time spent waiting for it counts. */
async function* atPace(response: HttpResponse, span: number): ByteStream {
  const chunks = response.stream()[Symbol.asyncIterator]();
  let waited = 0;
  let received = 0;
  try {
    for (;;) {
      const asked = performance.now();
      const next = await chunks.next();
      if (next.done === true) return;
      waited += performance.now() - asked;
      received += next.value.length;
      yield next.value;
      if (waited < span) continue;
      if (received < waited * SLOW_BYTES_PER_MS) throw broken(response, "came at less than 1 KiB a second");
      waited = 0;
      received = 0;
    }
  } finally {
    await chunks.return?.();
  }
}

function broken(response: HttpResponse, what: string): TransportError {
  const url = redactUrl(response.url);
  return new TransportError("TRANSPORT_FAILED", `GET ${url} ${what}`, { details: { url, temporary: true } });
}

function sizeMismatch(blob: Descriptor, actual: number): ImageInvalidError {
  return new ImageInvalidError(
    "SIZE_MISMATCH",
    `the registry has ${actual} bytes of the blob ${blob.digest} where its descriptor says ${blob.size}`,
    { details: { digest: blob.digest } },
  );
}
