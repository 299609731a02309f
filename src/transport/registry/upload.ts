import type { ByteStream } from "../../bytes/byte-stream.ts";
import { TransportError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import type { HttpResponse } from "./exchange.ts";
import { redactUrl } from "./redact.ts";
import { assertNoDowngrade, resolveLocation } from "./redirect.ts";
import { isTemporary } from "./retry.ts";
import type { ApiRequest, RegistrySession } from "./session.ts";

/** Bytes to send: those at hand, or a stream that can be had again, of known length or not. */
export interface Part {
  readonly body: Uint8Array | (() => ByteStream);
  /**
   * In bytes; undefined sends the stream as it comes (`Transfer-Encoding: chunked`), which docker has taught all
   * registries.
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
 * An upload that a registry has opened: its bytes belong to nobody until {@link finish}. Each answer may move it to
 * another place, so one request at a time. distribution-spec spec.md#pushing-blobs
 */
export class Upload {
  /** Bytes that the registry is known to hold. */
  offset = 0;
  /**
   * Whether the registry may hold other bytes than {@link offset} says: it was asked after a break, or its answers did
   * not fit what was sent.
   */
  doubtful = false;
  /** The registry takes no chunk smaller than this, but for the last one. In bytes. */
  readonly minChunk: number;
  readonly #session: RegistrySession;
  #location: URL;

  private constructor(session: RegistrySession, response: HttpResponse, request: ApiRequest) {
    this.#session = session;
    this.#location = this.#locationIn(response, request);
    this.minChunk = Number(/^\d+$/.exec(response.header("oci-chunk-min-length") ?? "")?.[0] ?? 0);
  }

  /** Opens an upload; undefined when the registry could mount the blob instead, and has it now. */
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
   * Appends bytes with PATCH. Of a part of known length, 202 says that all of it was taken: what registries put into
   * Range may be of the first part (ECR), of the last one (Aliyun), or off by one.
   */
  async append(part: Part): Promise<void> {
    const expected = part.length === undefined ? undefined : this.offset + part.length;
    const request = this.#request("PATCH", this.#location, [202, 201, 204, 416]);
    const range = expected === undefined ? {} : { "content-range": `${this.offset}-${expected - 1}` };
    const headers = { ...headersOf(part), ...range };
    const response = await this.#session.send({ ...request, body: part.body, headers });
    await response.discard();
    // What a broken request had sent may still have been coming in when it was asked for.
    if (response.status === 416) throw temporary(`${redactUrl(this.#location)} does not go on at ${this.offset}`);
    this.#location = this.#locationIn(response, request);
    const said = endOfRange(response);
    if (expected !== undefined && said !== undefined && said !== expected) this.doubtful = true;
    this.offset = expected ?? said ?? this.offset;
  }

  /**
   * Ends the upload with PUT, which may bring the rest of the bytes; success means that the registry has the blob under
   * its digest.
   */
  async finish(digest: Digest, rest: Part = { body: new Uint8Array(0), length: 0 }): Promise<void> {
    const url = new URL(this.#location);
    url.search = `${url.search === "" ? "?" : `${url.search}&`}digest=${encodeURIComponent(digest)}`;
    const request = this.#request("PUT", url, [201, 200, 204]);
    const response = await this.#session.send({ ...request, body: rest.body, headers: headersOf(rest) });
    await response.discard();
    const stored = response.header("docker-content-digest");
    if (stored !== undefined && stored !== digest) {
      throw new TransportError("DESTINATION_REFUSED", `${redactUrl(url)} stored another digest than ${digest}`, {
        details: { digest },
      });
    }
  }

  /**
   * Asks how many bytes the registry holds after a request broke, and returns whether that is known and the upload can
   * go on. Of `0-0`, which some registries answer for no byte and for one, nothing can be known.
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
   * Tells the registry to forget the upload. Never throws: what it does not hear, or refuses (docker's does where it
   * has got more than it last said), it purges by itself, after some days.
   */
  async cancel(): Promise<void> {
    const request = this.#request("DELETE", this.#location, [204, 202, 200]);
    try {
      // Not with the run's own signal: it is after an abort that there is most to cancel.
      const response = await this.#session.send({ ...request, signal: AbortSignal.timeout(CANCEL_WITHIN_MS) });
      await response.discard();
    } catch {
      // There may be nobody left to talk to.
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

/** undici leaves the length of an absent body out, and some proxies refuse a POST without it. */
const EMPTY_BODY = { "content-length": "0" };

function headersOf(part: Part): Readonly<Record<string, string>> {
  const length = part.length === undefined ? {} : { "content-length": String(part.length) };
  return { "content-type": "application/octet-stream", ...length };
}

/**
 * Where the bytes end that a `Range: 0-9` header of a response names: 10 there. distribution-spec
 * spec.md#pushing-a-blob-in-chunks
 */
function endOfRange(response: HttpResponse): number | undefined {
  const last = /^(?:bytes=)?0-(\d+)$/.exec(response.header("range") ?? "")?.[1];
  return last === undefined ? undefined : Number(last) + 1;
}

function temporary(message: string): TransportError {
  return new TransportError("TRANSPORT_FAILED", message, { details: { temporary: true } });
}
