import { type CredentialFile, credentialPaths, namedCredentialFile, readCredentialFile } from "./credential-file.ts";
import { askHelper, type HelperAnswers } from "./credential-helper.ts";
import { credentialNames } from "./endpoint.ts";
import type { Credentials, Environment, RegistrySettings } from "./options.ts";

/** What was found for a registry, and what went wrong on the way: shown only when the registry then refuses. */
export interface CredentialLookup {
  readonly credentials: Credentials | undefined;
  /** Where they are stored: a credential file, and the helper that it names; undefined if they were given. */
  readonly origin?: string | undefined;
  readonly problems: readonly string[];
}

/** The repository that credentials are wanted for. */
export interface CredentialScope {
  /** As in the reference: `docker.io`, `localhost:5000`. */
  readonly registry: string;
  readonly repository: string;
}

interface LookupSurroundings {
  readonly signal: AbortSignal;
  /** Shared by lookups for one registry; without it, helpers are asked anew. */
  readonly answers?: HelperAnswers | undefined;
}

/**
 * Finds the credentials for a repository: those given, else the first that a credential file or its helpers know. Reads
 * docker's config.json first, then podman's auth.json; a file named by option or by REGISTRY_AUTH_FILE is the only one
 * read. A broken file or helper is a problem, not an error, since most images can be read without credentials.
 */
export async function findCredentials(
  scope: CredentialScope,
  settings: RegistrySettings,
  { signal, answers = new Map() }: LookupSurroundings,
): Promise<CredentialLookup> {
  if (settings.credentials !== undefined) {
    return { credentials: { kind: "basic", ...settings.credentials }, problems: [] };
  }
  const problems: string[] = [];
  const named = namedCredentialFile(settings) !== undefined;
  for (const path of credentialPaths(settings)) {
    const file = await readCredentialFile(path, { named, problems });
    if (file === undefined) continue;
    const { environment } = settings;
    const helped = await fromHelpers(file, scope, { problems, environment, signal, answers });
    const found = helped?.credentials ?? fromAuths(file.auths, scope);
    if (found === "damaged") {
      problems.push(`the entry for ${scope.registry} in ${path} cannot be decoded`);
      continue;
    }
    const origin = helped === undefined ? path : `docker-credential-${helped.helper} (set in ${path})`;
    if (found !== undefined) return { credentials: found, origin, problems: [...new Set(problems)] };
  }
  return { credentials: undefined, problems: [...new Set(problems)] };
}

interface HelperSurroundings {
  readonly problems: string[];
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly answers: HelperAnswers;
}

interface Helped {
  readonly credentials: Credentials;
  readonly helper: string;
}

async function fromHelpers(
  file: CredentialFile,
  scope: CredentialScope,
  surroundings: HelperSurroundings,
): Promise<Helped | undefined> {
  const { store } = file;
  const own = keys(scope).map((server) => ({ helper: file.helpers.get(server), server }));
  const others = credentialNames(scope.registry).map((server) => ({ helper: store, server }));
  for (const { helper, server } of [...own, ...others]) {
    const credentials = helper === undefined ? undefined : await askHelper({ helper, server, ...surroundings });
    if (helper !== undefined && credentials !== undefined) return { credentials, helper };
  }
  return undefined;
}

/**
 * The most specific key wins; old versions of `docker login` wrote URLs, of which the host counts.
 * containers-auth.json(5) §FORMAT
 */
function fromAuths(auths: CredentialFile["auths"], scope: CredentialScope): Credentials | "damaged" | undefined {
  for (const key of keys(scope)) {
    const found = auths.get(key);
    if (found !== undefined) return found;
  }
  const hosts = new Set(credentialNames(scope.registry));
  for (const [key, found] of auths) if (hosts.has(hostOfKey(key))) return found;
  return undefined;
}

/** `host/a/b`, `host/a`, `host`, and the other names of the host. */
function keys(scope: CredentialScope): readonly string[] {
  const parts = [scope.registry, ...scope.repository.split("/")];
  const namespaced = parts.map((_, dropped) => parts.slice(0, parts.length - dropped).join("/"));
  return [...new Set([...namespaced, ...credentialNames(scope.registry)])];
}

/**
 * The host of a key that is a URL, as old versions of docker wrote them (`https://host/v1/`); a key that names a
 * namespace has none.
 */
function hostOfKey(key: string): string {
  const url = /^https?:\/\/([^/]+)(\/|$)/.exec(key);
  return url?.[1] ?? key.replace(/\/(v1|v2)?\/?$/, "");
}
