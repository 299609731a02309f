import type { ByteStream } from "../../bytes/byte-stream.ts";
import { TransportError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import { contentDigest } from "./content-digest.ts";
import type { HttpResponse } from "./exchange.ts";
import { redactUrl } from "./redact.ts";
import { assertNoDowngrade, resolveLocation } from "./redirect.ts";
import { isTemporary } from "./retry.ts";
import type { ApiRequest, RegistrySession } from "./session.ts";

/** Bytes to send: a buffer, or a stream that can be opened again, of known length or not. */
export interface Part {
  readonly body: Uint8Array | (() => ByteStream);
  /**
   * In bytes; undefined sends the stream as it comes (`Transfer-Encoding: chunked`), which all registries support
   * because docker does it.
   */
  readonly length: number | undefined;
}

/** A blob that another repository of the same registry may have. */
export interface Mount {
  readonly digest: Digest;
  /** The other repository, without its registry. */
  readonly from: string;
}

/**
 * An upload that a registry has opened; its bytes become a blob with {@link finish}. Each response may move it to
 * another location, so its requests must not overlap. distribution-spec spec.md#pushing-blobs
 */
export class Upload {
  /** Bytes that the registry is known to hold. */
  offset = 0;
  /**
   * Whether the registry may hold other bytes than {@link offset} says: it was asked after a break, or its answers did
   * not fit what was sent.
   */
  doubtful = false;
  /** The registry accepts no chunk smaller than this, except the last one. In bytes. */
  readonly minChunk: number;
  readonly #session: RegistrySession;
  #location: URL;

  private constructor(session: RegistrySession, response: HttpResponse, request: ApiRequest) {
    this.#session = session;
    this.#location = this.#locationIn(response, request);
    this.minChunk = Number(/^\d+$/.exec(response.header("oci-chunk-min-length") ?? "")?.[0] ?? 0);
  }

  /** Opens an upload; undefined if the registry mounted the blob instead. */
  static async start(session: RegistrySession, mount?: Mount): Promise<Upload | undefined> {
    const url = session.url("blobs/uploads/");
    const scopes = [session.scope("pull,push")];
    if (mount !== undefined) {
      url.search = `?mount=${encodeURIComponent(mount.digest)}&from=${encodeURIComponent(mount.from)}`;
      scopes.push(`repository:${mount.from}:pull`);
    }
    const request: ApiRequest = { method: "POST", url, headers: EMPTY_BODY, scopes, expect: [201, 202] };
    const response = await session.request(request);
    await response.discard();
    return response.status === 201 && mount !== undefined ? undefined : new Upload(session, response, request);
  }

  /**
   * Appends bytes with PATCH. 202 means that all of a part of known length was accepted. Range is not believed: it may
   * be that of the first part (ECR), of the last one (Aliyun), or off by one. For a stream of unknown length, an answer
   * that comes before its end is a temporary failure.
   */
  async append(part: Part): Promise<void> {
    const expected = part.length === undefined ? undefined : this.offset + part.length;
    const request = this.#request("PATCH", this.#location, [202, 201, 204, 416]);
    const range = expected === undefined ? {} : { "content-range": `${this.offset}-${expected - 1}` };
    const headers = { ...headersOf(part), ...range };
    const sent = watched(part.body);
    const response = await this.#session.send({ ...request, body: sent.body, headers });
    await response.discard();
    // Bytes of a broken request may have arrived after the registry was asked how many it holds.
    if (response.status === 416) throw temporary(`${redactUrl(this.#location)} does not go on at ${this.offset}`);
    if (expected === undefined && !sent.ended) {
      throw temporary(`${redactUrl(this.#location)} was answered before all bytes were sent`);
    }
    this.#location = this.#locationIn(response, request);
    const said = endOfRange(response);
    if (expected !== undefined && said !== undefined && said !== expected) this.doubtful = true;
    this.offset = expected ?? said ?? this.offset;
  }

  /**
   * Finishes the upload with PUT, which may carry the remaining bytes; success means that the registry has the blob
   * under its digest.
   */
  async finish(digest: Digest, rest: Part = { body: new Uint8Array(0), length: 0 }): Promise<void> {
    const url = new URL(this.#location);
    url.search = `${url.search === "" ? "?" : `${url.search}&`}digest=${encodeURIComponent(digest)}`;
    const request = this.#request("PUT", url, [201, 200, 204]);
    const response = await this.#session.send({ ...request, body: rest.body, headers: headersOf(rest) });
    await response.discard();
    const stored = contentDigest(response);
    if (stored !== undefined && stored !== digest) {
      throw new TransportError("DESTINATION_REFUSED", `${redactUrl(url)} stored another digest than ${digest}`, {
        details: { digest },
      });
    }
  }

  /**
   * Asks how many bytes the registry holds after a request broke, and returns whether that is known and the upload can
   * continue. `0-0` is ambiguous: some registries answer it for no byte and for one.
   */
  async recover(): Promise<boolean> {
    const request = this.#request("GET", this.#location, [204, 200, 202]);
    try {
      const response = await this.#session.send(request);
      await response.discard();
      const end = endOfRange(response);
      if (end === undefined || end <= 1 || end < this.offset) return false;
      if (response.header("location") !== undefined) this.#location = this.#locationIn(response, request);
      this.offset = end;
      this.doubtful = true;
      return true;
    } catch (error) {
      if (!(error instanceof TransportError) || isTemporary(error)) throw error;
      return false;
    }
  }

  /**
   * Cancels the upload. Never throws: if the registry cannot be reached or refuses (docker's does if it received more
   * than it last reported), it purges the upload after some days.
   */
  async cancel(): Promise<void> {
    const request = this.#request("DELETE", this.#location, [204, 202, 200]);
    try {
      // Not with the run's signal, since most cancelling happens after an abort.
      const response = await this.#session.send({ ...request, signal: AbortSignal.timeout(CANCEL_WITHIN_MS) });
      await response.discard();
    } catch {
      // The registry may be unreachable.
    }
  }

  #request(method: ApiRequest["method"], url: URL, expect: readonly number[]): ApiRequest {
    return { method, url, scopes: [this.#session.scope("pull,push")], expect };
  }

  #locationIn(response: HttpResponse, request: ApiRequest): URL {
    if (response.header("location") === undefined && this.#location !== undefined) return this.#location;
    const to = resolveLocation(response, request);
    assertNoDowngrade({ from: response.url, to, allowPlain: !this.#session.settings.tlsVerify, request });
    return to;
  }
}

const CANCEL_WITHIN_MS = 5000;

/** undici sends no Content-Length without a body, and some registries refuse such a POST (411). */
const EMPTY_BODY = { "content-length": "0" };

/** A body that tells whether all of it was taken when it was last opened. */
function watched(open: Part["body"]): { readonly body: Part["body"]; readonly ended: boolean } {
  if (typeof open !== "function") return { body: open, ended: true };
  const watching = { body, ended: false };
  return watching;

  async function* body(): ByteStream {
    watching.ended = false;
    yield* (open as () => ByteStream)();
    watching.ended = true;
  }
}

function headersOf(part: Part): Readonly<Record<string, string>> {
  const length = part.length === undefined ? {} : { "content-length": String(part.length) };
  return { "content-type": "application/octet-stream", ...length };
}

/**
 * The end of the bytes in the Range header of a response: 10 for `0-9`. distribution-spec
 * spec.md#pushing-a-blob-in-chunks
 */
function endOfRange(response: HttpResponse): number | undefined {
  const last = /^(?:bytes=)?0-(\d+)$/.exec(response.header("range") ?? "")?.[1];
  return last === undefined ? undefined : Number(last) + 1;
}

function temporary(message: string): TransportError {
  return new TransportError("TRANSPORT_FAILED", message, { details: { temporary: true } });
}
