import type { ByteStream } from "../../bytes/byte-stream.ts";

/** One HTTP request to one URL, without redirects, retries or authorization of its own. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: URL;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * A function is called for each time that the body is sent, and gives the same bytes each time. A chunk is done with
   * when the next one is asked for.
   */
  readonly body?: Uint8Array | (() => ByteStream) | undefined;
  /** Aborts the request in place of the signal of the client. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The response to an {@link HttpRequest}. Whoever gets it reads the body or discards it; until then its connection is
 * in use.
 */
export interface HttpResponse {
  readonly status: number;
  readonly url: URL;
  /** The first value of a header, by its lower-case name. */
  header(name: string): string | undefined;
  headerValues(name: string): readonly string[];
  /** The body, once. Throws TransportError TRANSPORT_FAILED, temporary, when the connection breaks or stalls. */
  stream(): ByteStream;
  /** Lets go of the body; the connection is kept when little of it is left. Never throws. */
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
