import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** What a request says of itself. */
export interface Visit {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** Why a request is turned away: an HTTP status. */
export type Refusal = 403 | 404 | 405;

/** A token that nobody guesses: 256 bits, as it may stand in a URL. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Decides who may see anything at all: whoever has the token, at the server's own name, from no other site. A page of
 * another origin can make a browser ask, under a name that it points to this machine too; the name in `Host` and what
 * the browser says of where the request comes from give it away. Returns the path behind the token, without a leading
 * slash, or why not.
 */
export function admit(
  { method, url, headers }: Visit,
  { token, port }: { token: string; port: number },
): URL | Refusal {
  if (method !== "GET" && method !== "HEAD") return 405;
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = headers;
  if (host === undefined || !names.includes(host)) return 403;
  if (origin !== undefined && !names.some((name) => origin === `http://${name}`)) return 403;
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "none" && site !== "same-origin") return 403;
  const [given = "", path] = /^\/([^/?]*)\/(.*)$/s.exec(url)?.slice(1) ?? [];
  return path !== undefined && isToken(given, token) ? new URL(`http://${host}/${path.replace(/^\/+/, "")}`) : 404;
}

/** Takes the same time however much of the token is right. */
function isToken(given: string, token: string): boolean {
  const [one, other] = [given, token].map((text) => createHash("sha256").update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
