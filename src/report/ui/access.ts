import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** The parts of a request that decide about access. */
export interface Visit {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** The HTTP status of a refused request. */
export type Refusal = 403 | 404 | 405;

/** A random token of 256 bits, safe in a URL. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Decides whether a request is allowed: it must have the token and the server's own name in `Host`, and must not come
 * from another site. A page of another origin can make a browser send requests here, even under a name that resolves to
 * this machine (DNS rebinding); `Host`, `Origin` and `Sec-Fetch-Site` reveal that. Returns the URL after the token, or
 * the status of the refusal.
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

/** Compares in constant time. */
function isToken(given: string, token: string): boolean {
  const [one, other] = [given, token].map((text) => createHash("sha256").update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
