import { TransportError } from "../../errors.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "./exchange.ts";
import { redactUrl } from "./redact.ts";

/** As many as Go's HTTP client follows, and so docker. */
const MAX_REDIRECTS = 10;

/**
 * RFC 9110 §15.4: 303 and, by custom, 301 and 302 turn other methods into GET, so those are followed for GET and HEAD
 * only.
 */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const SAME_METHOD: ReadonlySet<number> = new Set([307, 308]);

/**
 * Sends a request and follows redirects. Authorization is sent to the origin of the first URL only, and no longer once
 * a redirect has left it.
 * @throws TransportError TRANSPORT_FAILED for a redirect from https to http (unless `allowPlain`), without a valid URL,
 * or for too many redirects
 */
export async function sendFollowing(
  client: HttpClient,
  first: HttpRequest,
  allowPlain: boolean,
): Promise<HttpResponse> {
  let request = first;
  for (let count = 0; ; count += 1) {
    const response = await client.send(request);
    if (!isRedirect(response, request)) return response;
    await response.discard();
    if (count === MAX_REDIRECTS) throw refusal(request, "redirected more than 10 times");
    const url = resolveLocation(response, request);
    assertNoDowngrade({ from: request.url, to: url, allowPlain, request });
    request = {
      ...request,
      url,
      headers: url.origin === request.url.origin ? request.headers : withoutCredentials(request),
    };
  }
}

/**
 * The URL that a Location header means, relative to that of the response.
 * @throws TransportError TRANSPORT_FAILED if it is missing, invalid, or neither http nor https
 */
export function resolveLocation(response: HttpResponse, request: Pick<HttpRequest, "method" | "url">): URL {
  const location = response.header("location") ?? "";
  const url = location === "" ? null : URL.parse(location, response.url.href);
  if (url === null) throw refusal(request, "gave no location to continue at");
  if (url.protocol !== "https:" && url.protocol !== "http:") throw refusal(request, `redirected to ${url.protocol}`);
  url.username = "";
  url.password = "";
  return url;
}

/** @throws TransportError TRANSPORT_FAILED for a step from https to http */
export function assertNoDowngrade(way: {
  readonly from: URL;
  readonly to: URL;
  readonly allowPlain: boolean;
  readonly request: Pick<HttpRequest, "method" | "url">;
}): void {
  if (way.allowPlain || way.from.protocol !== "https:" || way.to.protocol === "https:") return;
  const hint = "a registry behind a TLS proxy must be told so (X-Forwarded-Proto), or --tls-verify=false given";
  throw refusal(way.request, `led from https to ${redactUrl(way.to)}`, hint);
}

function isRedirect(response: HttpResponse, request: HttpRequest): boolean {
  const reads = request.method === "GET" || request.method === "HEAD";
  return (reads ? REDIRECTS : SAME_METHOD).has(response.status);
}

/** The headers without authorization. */
function withoutCredentials(request: HttpRequest): Readonly<Record<string, string>> {
  const { authorization: _, ...headers } = request.headers;
  return headers;
}

function refusal(request: Pick<HttpRequest, "method" | "url">, what: string, hint?: string): TransportError {
  const url = redactUrl(request.url);
  return new TransportError("TRANSPORT_FAILED", `${request.method} ${url} ${what}`, {
    details: { method: request.method, url, temporary: false, ...(hint === undefined ? {} : { hint }) },
  });
}
