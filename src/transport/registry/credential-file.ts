import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { errnoOf } from "../../bytes/io-error.ts";
import { TransportError } from "../../errors.ts";
import { homeFolder } from "../home-folder.ts";
import type { Credentials, RegistrySettings } from "./options.ts";
import { parseJson } from "./parse-json.ts";

const AuthSchema = v.looseObject({
  auth: v.nullish(v.string()),
  username: v.nullish(v.string()),
  password: v.nullish(v.string()),
  identitytoken: v.nullish(v.string()),
});
const FileSchema = v.looseObject({
  auths: v.nullish(v.record(v.string(), v.nullable(AuthSchema))),
  credHelpers: v.nullish(v.record(v.string(), v.nullable(v.string()))),
  credsStore: v.nullish(v.string()),
});

/** What a credential file says. docker's config.json; containers-auth.json(5) */
export interface CredentialFile {
  /**
   * By `host`, `host/namespace` or, as old versions of docker wrote it, a URL; `damaged` for an entry that cannot be
   * decoded.
   */
  readonly auths: ReadonlyMap<string, Credentials | "damaged">;
  /** Key as in `auths` → what follows `docker-credential-` in the helper's name. */
  readonly helpers: ReadonlyMap<string, string>;
  /** The helper for all other registries. */
  readonly store: string | undefined;
}

/** The only credential file to read, if one is named. */
export function namedCredentialFile({ authFile, environment }: RegistrySettings): string | undefined {
  return authFile ?? (environment.REGISTRY_AUTH_FILE || undefined);
}

/** The credential files to read, in order; they need not exist. docker-login(1), containers-auth.json(5) */
export function credentialPaths(settings: RegistrySettings): readonly string[] {
  const { environment } = settings;
  const only = namedCredentialFile(settings);
  if (only !== undefined) return [only];
  const home = homeFolder(environment);
  const runtime = environment.XDG_RUNTIME_DIR;
  const runtimeFolder = runtime ? join(runtime, "containers") : `/run/containers/${process.getuid?.() ?? 0}`;
  return [
    join(environment.DOCKER_CONFIG || join(home, ".docker"), "config.json"),
    join(runtimeFolder, "auth.json"),
    join(environment.XDG_CONFIG_HOME || join(home, ".config"), "containers", "auth.json"),
  ];
}

/**
 * Checks the credential file that an option names, as podman does. That of REGISTRY_AUTH_FILE need not exist:
 * `podman login` writes it.
 * @throws TransportError TRANSPORT_FAILED if it cannot be read or is not a credential file
 */
export async function checkAuthFile({ authFile }: RegistrySettings): Promise<void> {
  if (authFile === undefined) return;
  // A pipe, such as `<(…)` of a shell, can be read only once.
  if ((await stat(authFile).catch(() => undefined))?.isFIFO()) return;
  const problems: string[] = [];
  await readCredentialFile(authFile, { named: true, problems });
  const [problem] = problems;
  if (problem === undefined) return;
  throw new TransportError("TRANSPORT_FAILED", problem, {
    details: { path: authFile, hint: "name a file that docker login or podman login has written" },
  });
}

interface Reading {
  /** Whether an option or a variable names the file: then it is a problem that there is none. */
  readonly named: boolean;
  /** Gets what is wrong with the file, without its content. */
  readonly problems: string[];
}

/** Reads a credential file; undefined when there is none. */
export async function readCredentialFile(
  path: string,
  { named, problems }: Reading,
): Promise<CredentialFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const errno = errnoOf(error);
    if (named || (errno !== "ENOENT" && errno !== "ENOTDIR")) problems.push(`${path} cannot be read (${errno})`);
    return undefined;
  }
  const json = v.safeParse(FileSchema, parseJson(text));
  if (!json.success) {
    problems.push(`${path} is not a credential file`);
    return undefined;
  }
  const { auths, credHelpers, credsStore } = json.output;
  return {
    auths: new Map(Object.entries(auths ?? {}).flatMap(([key, auth]) => credentialsOf(key, auth ?? {}))),
    helpers: new Map(Object.entries(credHelpers ?? {}).flatMap(([key, helper]) => (helper ? [[key, helper]] : []))),
    store: credsStore || undefined,
  };
}

/** None for an empty entry, which docker leaves where a helper keeps the secret. */
function credentialsOf(
  key: string,
  auth: v.InferOutput<typeof AuthSchema>,
): readonly [string, Credentials | "damaged"][] {
  if (auth.identitytoken) return [[key, { kind: "identity", token: auth.identitytoken }]];
  const decoded = Buffer.from(auth.auth ?? "", "base64")
    .toString("utf8")
    .replace(/\0+$/, "");
  const colon = decoded.indexOf(":");
  const username = colon > 0 ? decoded.slice(0, colon) : auth.username;
  const password = colon > 0 ? decoded.slice(colon + 1) : auth.password;
  if (!username || password === undefined || password === null) return auth.auth ? [[key, "damaged"]] : [];
  return [[key, { kind: "basic", username, password }]];
}
