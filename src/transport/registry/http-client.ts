import { getDefaultHighWaterMark, type Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { openConnections } from "./connections.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "./exchange.ts";
import { networkError } from "./network-failure.ts";
import type { RegistrySettings } from "./options.ts";
import { Reception, type ResponseHead } from "./reception.ts";

/** An unwanted body is read up to this many bytes, so that its connection can be reused. */
const DISCARDED_BYTES = 128 * 1024;

/** What {@link createHttpClient} needs to know. */
export interface HttpClientOptions {
  /** `host[:port]` as in the reference: names the folder of its certificates. */
  readonly registry: string;
  readonly settings: RegistrySettings;
  /** Aborts every request. */
  readonly signal: AbortSignal;
}

/**
 * An {@link HttpClient} over undici, with the registry's certificates, the proxies of the environment, and time limits
 * on every wait.
 */
export async function createHttpClient(options: HttpClientOptions): Promise<HttpClient> {
  const connections = await openConnections(options.registry, options.settings);
  const { settings } = options;
  return {
    async send(request) {
      const signal = request.signal ?? options.signal;
      signal.throwIfAborted();
      const body = bodyOf(request);
      const reception = new Reception(signal);
      try {
        const dispatcher = connections.to(request.url);
        dispatcher.dispatch(
          {
            origin: request.url.origin,
            path: `${request.url.pathname}${request.url.search}`,
            method: request.method,
            headers: { "user-agent": settings.userAgent, ...request.headers },
            // undici documents iterables, but its types lack them.
            body: body.sent as Readable | Uint8Array | null,
            headersTimeout: settings.timeouts.response,
            bodyTimeout: settings.timeouts.stall,
            // By default undici closes the connection after a HEAD.
            reset: false,
          },
          reception,
        );
        return responseOf(await reception.head, { reception, request, signal });
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
  /** Whether the body itself threw, and not the connection. */
  failed: boolean;
  failure: unknown;
}

function bodyOf(request: HttpRequest): Body {
  if (typeof request.body !== "function") return { sent: request.body ?? null, failed: false, failure: undefined };
  const open = request.body;
  const body = { sent: { [Symbol.asyncIterator]: watched }, failed: false, failure: undefined as unknown };
  return body;

  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of open()) yield sendable(chunk);
    } catch (error) {
      body.failed = true;
      body.failure = error;
      throw error;
    }
  }
}

/**
 * undici requests the next chunk when the system has taken this one. Small chunks are the exception: the socket buffers
 * them, so they are copied.
 */
function sendable(chunk: Uint8Array): Uint8Array {
  return chunk.length < getDefaultHighWaterMark(false) ? Uint8Array.from(chunk) : chunk;
}

interface Received {
  readonly reception: Reception;
  readonly request: HttpRequest;
  readonly signal: AbortSignal;
}

/**
 * undici needs one turn of the event loop after a body's end to reuse its connection; a request before that would open
 * another one.
 */
function responseOf({ status, headers }: ResponseHead, { reception, request, signal }: Received): HttpResponse {
  const { body } = reception;
  const headerValues = (name: string) => [headers[name] ?? []].flat();
  return {
    status,
    url: request.url,
    headerValues,
    header: (name) => headerValues(name)[0],
    async *stream() {
      try {
        yield* body;
        await nextTurn();
      } catch (error) {
        signal.throwIfAborted();
        throw networkError(error, request);
      }
    },
    async discard() {
      try {
        let read = 0;
        for await (const block of body) {
          read += block.length;
          if (read > DISCARDED_BYTES) break;
        }
      } catch {
        // The response is not needed.
      }
      await nextTurn();
    },
  };
}
