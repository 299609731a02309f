import { join } from "node:path";
import { homeFolder } from "../home-folder.ts";

/** User name and password (or access token) for one registry. */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/** User name and password, or the refresh token that a token server has issued (docker's "identity token"). */
export type Credentials =
  | ({ readonly kind: "basic" } & BasicCredentials)
  | { readonly kind: "identity"; readonly token: string };

/** How a registry is reached. Everything is optional; the defaults are those of docker and skopeo. */
export interface RegistryOptions {
  /** Used instead of whatever the credential files say. */
  readonly credentials?: BasicCredentials | undefined;
  /** False accepts any certificate, and plain HTTP where the registry does not speak TLS. True by default. */
  readonly tlsVerify?: boolean | undefined;
  /** PEM file of certificates that are trusted besides those of the system. */
  readonly caFile?: string | undefined;
  /**
   * Folders with a folder `host[:port]` for each registry, which holds `*.crt` (CA), `*.cert` and `*.key` (client);
   * those of docker and podman by default.
   */
  readonly certificateRoots?: readonly string[] | undefined;
  /** The only credential file to read: docker's config.json or podman's auth.json. */
  readonly authFile?: string | undefined;
  readonly userAgent?: string | undefined;
  /**
   * Where DOCKER_CONFIG, REGISTRY_AUTH_FILE, HOME and the proxy variables are read; the process's environment by
   * default.
   */
  readonly environment?: Environment | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** When to try again and how long to wait. Times in milliseconds. */
export interface RetryPolicy {
  /** Attempts after the first one; the count of a transfer restarts when it makes progress. */
  readonly retries: number;
  /**
   * The longest wait before attempt n + 1 is `base × 2ⁿ`, at most `cap`; the wait itself is a random share of that
   * (full jitter).
   */
  readonly base: number;
  readonly cap: number;
  /** A server that asks for a longer wait than this is not waited for. */
  readonly retryAfterCap: number;
}

/** How long to wait for the other end. In milliseconds. */
export interface Timeouts {
  readonly connect: number;
  /** From the end of a request to the response; also how long a server may leave an upload unread. */
  readonly response: number;
  /** Until the next byte of a response's body. */
  readonly stall: number;
  /** A download continues on a new connection if it brought less than 1 KiB a second over this span. */
  readonly slow: number;
}

/** {@link RegistryOptions} with every default filled in. */
export interface RegistrySettings {
  readonly credentials: BasicCredentials | undefined;
  readonly tlsVerify: boolean;
  readonly caFile: string | undefined;
  readonly certificateRoots: readonly string[];
  readonly authFile: string | undefined;
  readonly userAgent: string;
  readonly environment: Environment;
  readonly retry: RetryPolicy;
  readonly timeouts: Timeouts;
}

const RETRY: RetryPolicy = { retries: 5, base: 500, cap: 30_000, retryAfterCap: 120_000 };

// A registry on an object store answers the PUT that ends an upload only when it has copied the blob: minutes, for many
// GiB.
const TIMEOUTS: Timeouts = { connect: 15_000, response: 300_000, stall: 60_000, slow: 30_000 };

/** Fills in the defaults. */
export function registrySettings(options: RegistryOptions): RegistrySettings {
  const environment = options.environment ?? process.env;
  return {
    credentials: options.credentials,
    tlsVerify: options.tlsVerify ?? true,
    caFile: options.caFile,
    certificateRoots: options.certificateRoots ?? certificateRoots(environment),
    authFile: options.authFile,
    userAgent: options.userAgent ?? "planish",
    environment,
    retry: { ...RETRY, ...options.retry },
    timeouts: { ...TIMEOUTS, ...options.timeouts },
  };
}

/** containers-certs.d(5); docker reads the last one only. */
function certificateRoots(environment: Environment): readonly string[] {
  return [
    join(homeFolder(environment), ".config/containers/certs.d"),
    "/etc/containers/certs.d",
    "/etc/docker/certs.d",
  ];
}
