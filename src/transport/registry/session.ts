import { TransportError } from "../../errors.ts";
import { authHint } from "./auth-hint.ts";
import { Authorizer, type AuthorizerSurroundings } from "./authorizer.ts";
import type { Challenge } from "./challenge.ts";
import type { HelperAnswers } from "./credential-helper.ts";
import { findCredentials } from "./credentials.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "./exchange.ts";
import { statusError } from "./failure.ts";
import type { RegistrySettings } from "./options.ts";
import { Secrets } from "./redact.ts";
import { sendFollowing } from "./redirect.ts";
import { withRetry } from "./retry.ts";
import { fetchToken } from "./token.ts";

/** One request to the registry's API. */
export interface ApiRequest extends Omit<HttpRequest, "headers"> {
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * What a token must allow, such as `repository:a/b:pull`; always in the same order, because tokens are cached by it.
   */
  readonly scopes: readonly string[];
  /** Expected statuses; any other is thrown as an error. */
  readonly expect: readonly number[];
}

/** Which repository a session is for, and whether it is read or written. */
export interface SessionTarget {
  /** `host[:port]` as in the reference; `docker.io` for Docker Hub. */
  readonly registry: string;
  readonly repository: string;
  readonly side: "source" | "destination";
}

/** What a session is made of. */
export interface SessionParts {
  /** `https://host/v2/` or `http://host/v2/`. */
  readonly base: URL;
  readonly target: SessionTarget;
  /** Disposed with the session. */
  readonly client: HttpClient;
  readonly settings: RegistrySettings;
  readonly signal: AbortSignal;
  /** How the registry wants to be authorized, if that is known. */
  readonly challenge?: Challenge | undefined;
  /** Shared by the sessions of a registry. */
  readonly answers?: HelperAnswers | undefined;
}

/** Requests to one repository of a registry, with authorization and retries. Disposing it closes its connections. */
export class RegistrySession implements AsyncDisposable {
  readonly base: URL;
  readonly settings: RegistrySettings;
  readonly signal: AbortSignal;
  readonly #parts: SessionParts;
  readonly #secrets = new Secrets();
  readonly #authorizer: Authorizer;
  #reached = false;

  constructor(parts: SessionParts) {
    this.base = parts.base;
    this.settings = parts.settings;
    this.signal = parts.signal;
    this.#parts = parts;
    this.#authorizer = this.#makeAuthorizer();
  }

  /** A session for another repository of the registry, over the connections of this one. */
  about(repository: string): RegistrySession {
    const { challenge } = this.#authorizer;
    const other = new RegistrySession({ ...this.#parts, target: { ...this.#parts.target, repository }, challenge });
    other.#reached = this.#reached;
    return other;
  }

  /** The URL of something in the repository: `manifests/latest`, `blobs/sha256:…`. */
  url(path: string): URL {
    // The dot keeps a name that a registry lists, such as `//host/app`, from being a URL of its own.
    return new URL(`./${this.#parts.target.repository}/${path}`, this.base);
  }

  /** The scope of the repository for some actions. distribution's token protocol §scope */
  scope(actions: "pull" | "pull,push"): string {
    return `repository:${this.#parts.target.repository}:${actions}`;
  }

  /** {@link send}, retried while the failure is temporary. */
  request(request: ApiRequest): Promise<HttpResponse> {
    return withRetry(() => this.send(request), this.settings.retry, this.signal);
  }

  /**
   * Sends a request, with authorization if it goes to the registry itself; and once more if that was refused with 401
   * and there is other authorization to try.
   * @throws TransportError AUTH_DENIED, SOURCE_NOT_FOUND, DESTINATION_REFUSED or TRANSPORT_FAILED for an unexpected
   * status
   */
  async send(request: ApiRequest): Promise<HttpResponse> {
    const own = request.url.origin === this.base.origin;
    for (let attempt = 0; ; attempt += 1) {
      const authorization = own ? await this.#authorizer.header(request.scopes) : undefined;
      const headers = { ...request.headers, ...(authorization === undefined ? {} : { authorization }) };
      const response = await this.#exchange({ ...request, headers });
      if (request.expect.includes(response.status)) return response;
      const asked = attempt === 0 && this.#asksForAuthorization(response);
      if (!asked || !(await this.#authorizer.learn(response, request.scopes, authorization))) {
        throw await this.#statusError(response, request);
      }
      await response.discard();
    }
  }

  /**
   * Asks for the version of the API, to learn whether this is a registry and how it wants to be authorized. 403 and 404
   * are accepted, since some registries serve images but not this address. distribution-spec
   * spec.md#determining-support
   */
  async ping(): Promise<void> {
    const request: ApiRequest = { method: "GET", url: this.base, scopes: [], expect: [200, 401, 403, 404] };
    const response = await this.#exchange({ ...request, headers: {} });
    if (!request.expect.includes(response.status)) throw await this.#statusError(response, request);
    if (this.#asksForAuthorization(response)) await this.#authorizer.learn(response, [], undefined);
    await response.discard();
  }

  /** Only the registry itself may ask for credentials and name a token server, not a server that it redirects to. */
  #asksForAuthorization({ status, url }: HttpResponse): boolean {
    return status === 401 && url.origin === this.base.origin;
  }

  /** The error for a response; its body is read. */
  async #statusError(response: HttpResponse, request: ApiRequest): Promise<TransportError> {
    const trusted = response.url.origin === this.base.origin;
    const denied = trusted && (response.status === 401 || response.status === 403);
    return statusError(response, request, {
      side: this.#parts.target.side,
      secrets: this.#secrets,
      trusted,
      authHint: denied ? await this.#authHint() : undefined,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.client[Symbol.asyncDispose]();
  }

  async #exchange(request: HttpRequest): Promise<HttpResponse> {
    try {
      const response = await sendFollowing(this.#parts.client, request, !this.settings.tlsVerify);
      this.#reached = true;
      return response;
    } catch (error) {
      // If nothing listens at the first request, retrying is pointless; a registry that answered before may be
      // restarting.
      if (!this.#reached && error instanceof TransportError && error.details.errno === "ECONNREFUSED") {
        throw new TransportError(error.code, error.message, { details: { ...error.details, temporary: false } });
      }
      throw error;
    }
  }

  async #authHint(): Promise<string> {
    return authHint(this.#parts.target.registry, await this.#authorizer.lookup());
  }

  #makeAuthorizer(): Authorizer {
    const { base, target, client, settings, signal, challenge, answers } = this.#parts;
    const secrets = this.#secrets;
    const surroundings: AuthorizerSurroundings = {
      secrets,
      findCredentials: () => findCredentials(target, settings, { signal, answers }),
      fetchToken: async (question) => {
        const request = { ...question, registry: base, authHint: await this.#authHint() };
        return fetchToken(request, { client, settings, secrets, signal });
      },
    };
    return new Authorizer(surroundings, challenge);
  }
}
