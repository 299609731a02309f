import { type Challenge, parseChallenges } from "./challenge.ts";
import type { CredentialLookup } from "./credentials.ts";
import type { HttpResponse } from "./exchange.ts";
import { basicHeader, type Token, type TokenRequest } from "./token.ts";

/**
 * A token counts as expired when a tenth of its lifetime is left, or 10 s if that is less, since clocks differ and
 * requests take time.
 */
const MARGIN_MS = 10_000;

/** What an {@link Authorizer} needs from its session. */
export interface AuthorizerSurroundings {
  /** Called once, when the registry first asks for credentials. */
  findCredentials(): Promise<CredentialLookup>;
  fetchToken(question: Pick<TokenRequest, "realm" | "service" | "scopes" | "credentials">): Promise<Token>;
  readonly secrets: Parameters<typeof basicHeader>[1];
}

/**
 * Provides the Authorization header for one registry: none until the registry asks, then basic credentials or a token
 * for the scopes of the request. Tokens are cached until they expire or are refused; concurrent requests for the same
 * scopes share one.
 */
export class Authorizer {
  readonly #surroundings: AuthorizerSurroundings;
  readonly #tokens = new Map<string, Promise<Token & { readonly usableUntil: number }>>();
  /** By the same keys: further scopes that the registry named in its challenge. */
  readonly #demanded = new Map<string, readonly string[]>();
  #challenge: Challenge | undefined;
  #lookup: Promise<CredentialLookup> | undefined;

  /** @param challenge one that the registry has given already */
  constructor(surroundings: AuthorizerSurroundings, challenge?: Challenge) {
    this.#surroundings = surroundings;
    this.#challenge = challenge;
  }

  /** The last challenge of the registry. */
  get challenge(): Challenge | undefined {
    return this.#challenge;
  }

  /**
   * The header for a request that needs the scopes (`repository:a/b:pull`); undefined if the registry asked for none or
   * there are no credentials.
   */
  async header(scopes: readonly string[]): Promise<string | undefined> {
    if (this.#challenge?.scheme === "bearer") return `Bearer ${(await this.#token(scopes)).value}`;
    if (this.#challenge?.scheme !== "basic") return undefined;
    const { credentials } = await this.lookup();
    return credentials?.kind === "basic" ? basicHeader(credentials, this.#surroundings.secrets) : undefined;
  }

  /**
   * Learns from a 401 how to authorize. `refused` is the header that was sent. Returns whether sending the request
   * again makes sense: with a header that was not yet refused.
   */
  async learn(response: HttpResponse, scopes: readonly string[], refused: string | undefined): Promise<boolean> {
    const challenges = parseChallenges(response.headerValues("www-authenticate"));
    const bearer = challenges.find(({ scheme, parameters }) => scheme === "bearer" && parameters.realm !== undefined);
    const challenge = bearer ?? challenges.find(({ scheme }) => scheme === "basic");
    if (challenge === undefined) return false;
    this.#challenge = challenge;
    if (challenge.scheme === "bearer") {
      const demanded = (challenge.parameters.scope ?? "").split(" ").filter((scope) => scope !== "");
      if (scopes.length > 0) this.#demanded.set(scopes.join(" "), demanded);
      await this.#forget(scopes, refused);
      return true;
    }
    return (await this.header(scopes)) !== refused;
  }

  /** The credentials for this registry, and what went wrong while they were looked for. */
  lookup(): Promise<CredentialLookup> {
    this.#lookup ??= this.#surroundings.findCredentials();
    return this.#lookup;
  }

  async #token(scopes: readonly string[]): Promise<Token> {
    const key = scopes.join(" ");
    const current = this.#tokens.get(key);
    if (current !== undefined) {
      const token = await current;
      if (token.usableUntil > performance.now()) return token;
      if (this.#tokens.get(key) === current) this.#tokens.delete(key);
    }
    // Another request may have started to fetch the next token meanwhile.
    return this.#tokens.get(key) ?? this.#fetch(key, scopes);
  }

  #fetch(key: string, scopes: readonly string[]) {
    const fetching = this.#fetchToken([...new Set([...scopes, ...(this.#demanded.get(key) ?? [])])]);
    this.#tokens.set(key, fetching);
    fetching.catch(() => {
      if (this.#tokens.get(key) === fetching) this.#tokens.delete(key);
    });
    return fetching;
  }

  async #fetchToken(scopes: readonly string[]) {
    const { realm = "", service } = this.#challenge?.parameters ?? {};
    const { credentials } = await this.lookup();
    const began = performance.now();
    const token = await this.#surroundings.fetchToken({ realm, service, scopes, credentials });
    const margin = Math.min(MARGIN_MS, (token.expiresAt - began) / 10);
    return { ...token, usableUntil: token.expiresAt - margin };
  }

  /** Drops the token that was refused, unless another request has replaced it already. */
  async #forget(scopes: readonly string[], refused: string | undefined): Promise<void> {
    const key = scopes.join(" ");
    const kept = await this.#tokens.get(key)?.catch(() => undefined);
    if (kept !== undefined && `Bearer ${kept.value}` === refused) this.#tokens.delete(key);
  }
}
