import * as v from "valibot";
import { TransportError } from "../../errors.ts";
import { collectAnswer } from "../collect-answer.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "./exchange.ts";
import { statusError } from "./failure.ts";
import type { Credentials, RegistrySettings } from "./options.ts";
import { parseJson } from "./parse-json.ts";
import { redactUrl, type Secrets } from "./redact.ts";
import { assertNoDowngrade, sendFollowing } from "./redirect.ts";
import { withRetry } from "./retry.ts";

/** Lifetime of a token without a usable `expires_in`. distribution's token protocol, §Token Response Fields */
const DEFAULT_LIFETIME_S = 60;
const MAX_TOKEN_BYTES = 1024 * 1024;

const TokenSchema = v.looseObject({
  token: v.nullish(v.string()),
  access_token: v.nullish(v.string()),
  expires_in: v.fallback(v.nullish(v.pipe(v.number(), v.gtValue(0))), undefined),
});

/** A bearer token. */
export interface Token {
  readonly value: string;
  /** By the clock of `performance.now()`. */
  readonly expiresAt: number;
}

/** What a token server is asked for. */
export interface TokenRequest {
  /** From the challenge. */
  readonly realm: string;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly credentials: Credentials | undefined;
  /** The registry's URL; the realm may not be less protected. */
  readonly registry: URL;
  readonly authHint: string | undefined;
}

interface TokenSurroundings {
  readonly client: HttpClient;
  readonly settings: RegistrySettings;
  readonly secrets: Secrets;
  readonly signal: AbortSignal;
}

/**
 * Gets a token from the server that a registry named: with GET and basic authorization; anonymously if there are no
 * credentials; with POST, as in OAuth 2, in exchange for an identity token.
 * @throws TransportError AUTH_DENIED, TRANSPORT_FAILED
 */
export async function fetchToken(question: TokenRequest, surroundings: TokenSurroundings): Promise<Token> {
  const { client, settings, secrets, signal } = surroundings;
  const request = httpRequest(question, surroundings);
  return withRetry(
    async () => {
      // An identity token is in the body; a redirect would take it to another server.
      const follows = request.body === undefined;
      const response = await (follows ? sendFollowing(client, request, !settings.tlsVerify) : client.send(request));
      if (response.status !== 200) {
        const trusted = response.url.origin === request.url.origin;
        const { authHint } = question;
        throw await statusError(response, request, { side: "token", secrets, trusted, authHint });
      }
      const token = await readToken(response, request);
      secrets.add(token.value);
      return token;
    },
    settings.retry,
    signal,
  );
}

function httpRequest(question: TokenRequest, { settings, secrets }: TokenSurroundings): HttpRequest {
  const url = realmUrl(question, settings);
  const { credentials, service, scopes } = question;
  if (credentials?.kind === "identity") {
    secrets.add(credentials.token);
    const form = new URLSearchParams({ grant_type: "refresh_token", client_id: "planish" });
    form.set("refresh_token", credentials.token);
    if (service !== undefined) form.set("service", service);
    if (scopes.length > 0) form.set("scope", scopes.join(" "));
    const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded" };
    return { method: "POST", url, headers, body: Buffer.from(form.toString()) };
  }
  if (service !== undefined) url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  if (credentials === undefined) return { method: "GET", url, headers: { accept: "application/json" } };
  const authorization = basicHeader(credentials, secrets);
  url.searchParams.set("account", credentials.username);
  return { method: "GET", url, headers: { accept: "application/json", authorization } };
}

/** The Authorization header of RFC 7617. */
export function basicHeader(credentials: Credentials & { kind: "basic" }, secrets: Secrets): string {
  const encoded = Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64");
  secrets.add(encoded, credentials.password);
  return `Basic ${encoded}`;
}

function realmUrl(question: TokenRequest, settings: RegistrySettings): URL {
  const { realm, registry } = question;
  const request = { method: "GET", url: registry } as const;
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new TransportError("TRANSPORT_FAILED", `${redactUrl(registry)} names no URL to get a token from`);
  }
  assertNoDowngrade({ from: registry, to: url, allowPlain: !settings.tlsVerify, request });
  return url;
}

async function readToken(response: HttpResponse, request: HttpRequest): Promise<Token> {
  const bytes = await collectAnswer(response.stream(), MAX_TOKEN_BYTES, redactUrl(request.url));
  const answer = v.safeParse(TokenSchema, parseJson(bytes));
  // "access_token" is OAuth's name for it; if both are given, they are equal or one is empty.
  const value = answer.success ? answer.output.token || answer.output.access_token || "" : "";
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new TransportError("TRANSPORT_FAILED", `${redactUrl(request.url)} gave no token`);
  }
  const lifetime = (answer.success ? answer.output.expires_in : undefined) ?? DEFAULT_LIFETIME_S;
  return { value, expiresAt: performance.now() + lifetime * 1000 };
}
