import type { ByteStream } from "../../bytes/byte-stream.ts";

/** One HTTP request to one URL, without redirects, retries or authorization of its own. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: URL;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * A function is called each time the body is sent, and must return the same bytes. The memory of a chunk may be
   * reused when the next one is requested.
   */
  readonly body?: Uint8Array | (() => ByteStream) | undefined;
  /** Used for this request instead of the client's signal. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The response to an {@link HttpRequest}. The caller must read or discard the body; until then the connection is in
 * use.
 */
export interface HttpResponse {
  readonly status: number;
  readonly url: URL;
  /** The first value of a header, by its lower-case name. */
  header(name: string): string | undefined;
  headerValues(name: string): readonly string[];
  /** The body, once. Throws TransportError TRANSPORT_FAILED, temporary, when the connection breaks or stalls. */
  stream(): ByteStream;
  /** Drops the body; the connection is kept if little of the body is left. Never throws. */
  discard(): Promise<void>;
}

/** Sends requests; disposing it closes its connections. */
export interface HttpClient extends AsyncDisposable {
  /**
   * Returns as soon as the response's headers are there. Throws TransportError TRANSPORT_FAILED, or the abort signal's
   * reason.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
}
