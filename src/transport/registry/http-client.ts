import { getDefaultHighWaterMark, type Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Dispatcher } from "undici";
import sendRequest from "undici/lib/api/api-request.js";
import { bodyBlocks } from "./body-blocks.ts";
import { openConnections } from "./connections.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "./exchange.ts";
import { networkError } from "./network-failure.ts";
import type { RegistrySettings } from "./options.ts";

/** Bytes of a response that may wait for their reader; undici's default of 64 KiB costs a quarter of the speed. */
const READ_AHEAD_BYTES = 1024 * 1024;

/** What {@link createHttpClient} needs to know. */
export interface HttpClientOptions {
  /** `host[:port]` as in the reference: names the folder of its certificates. */
  readonly registry: string;
  readonly settings: RegistrySettings;
  /** Aborts every request. */
  readonly signal: AbortSignal;
}

/** An {@link HttpClient} over undici, with the registry's certificates, the proxies of the environment, and time limits on every wait. */
export async function createHttpClient(options: HttpClientOptions): Promise<HttpClient> {
  const connections = await openConnections(options.registry, options.settings);
  const { settings } = options;
  return {
    async send(request) {
      const signal = request.signal ?? options.signal;
      signal.throwIfAborted();
      const body = bodyOf(request);
      try {
        const response = await sendRequest.call(connections.to(request.url), {
          origin: request.url.origin,
          path: `${request.url.pathname}${request.url.search}`,
          method: request.method,
          headers: { "user-agent": settings.userAgent, ...request.headers },
          // Iterables are documented, and missing in the types.
          body: body.sent as Readable | Uint8Array | null,
          signal,
          headersTimeout: settings.timeouts.response,
          bodyTimeout: settings.timeouts.stall,
          highWaterMark: READ_AHEAD_BYTES,
          // undici gives a connection up after a HEAD, unless it is told not to.
          reset: false,
        });
        return responseOf(response, request, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (body.failed) throw body.failure;
        throw networkError(error, request);
      }
    },
    async [Symbol.asyncDispose]() {
      await connections.close();
    },
  };
}

interface Body {
  readonly sent: AsyncIterable<Uint8Array> | Uint8Array | null;
  /** Whether the body itself threw, which is nobody's fault on the wire. */
  failed: boolean;
  failure: unknown;
}

function bodyOf(request: HttpRequest): Body {
  if (typeof request.body !== "function") return { sent: request.body ?? null, failed: false, failure: undefined };
  const open = request.body;
  const body = { sent: { [Symbol.asyncIterator]: watched }, failed: false, failure: undefined as unknown };
  return body;

  async function* watched(): AsyncGenerator<Uint8Array> {
    const chunks = open()[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await chunks.next().catch((error: unknown) => {
          body.failed = true;
          body.failure = error;
          throw error;
        });
        if (next.done === true) return;
        // A connection that breaks throws here, which is not the body's failure.
        yield sendable(next.value);
      }
    } finally {
      await chunks.return?.();
    }
  }
}

/** undici asks for the next chunk when the system has taken this one, but for small ones, which the socket keeps until more have come. */
function sendable(chunk: Uint8Array): Uint8Array {
  return chunk.length < getDefaultHighWaterMark(false) ? Uint8Array.from(chunk) : chunk;
}

/** Once a body is over undici takes a turn to have its connection back; a request that came before would open another one. */
function responseOf(response: Dispatcher.ResponseData, request: HttpRequest, signal: AbortSignal): HttpResponse {
  const { body, headers } = response;
  // A body that nobody reads any more may still fail; without a listener that would end the process.
  body.on("error", () => {});
  const headerValues = (name: string) => [headers[name] ?? []].flat();
  return {
    status: response.statusCode,
    url: request.url,
    headerValues,
    header: (name) => headerValues(name)[0],
    async *stream() {
      try {
        yield* bodyBlocks(body);
        await nextTurn();
      } catch (error) {
        signal.throwIfAborted();
        throw networkError(error, request);
      }
    },
    async discard() {
      await body.dump({ limit: 128 * 1024, signal }).catch(() => {});
      await nextTurn();
    },
  };
}
