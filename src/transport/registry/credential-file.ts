import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { errnoOf } from "../../bytes/io-error.ts";
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
  /** By `host`, `host/namespace` or, as old versions of docker wrote it, a URL. */
  readonly auths: ReadonlyMap<string, Credentials>;
  /** Key as in `auths` → what follows `docker-credential-` in the helper's name. */
  readonly helpers: ReadonlyMap<string, string>;
  /** The helper for all other registries. */
  readonly store: string | undefined;
}

/** The credential files to read, in order; they need not exist. docker-login(1), containers-auth.json(5) */
export function credentialPaths(settings: RegistrySettings): readonly string[] {
  const { environment, authFile } = settings;
  const only = authFile ?? environment.REGISTRY_AUTH_FILE;
  if (only !== undefined && only !== "") return [only];
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
 * Reads a credential file; undefined when there is none. What is wrong with it is added to `problems`, without its
 * content.
 */
export async function readCredentialFile(path: string, problems: string[]): Promise<CredentialFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== "ENOENT" && errno !== "ENOTDIR") problems.push(`${path} cannot be read (${errno})`);
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
function credentialsOf(key: string, auth: v.InferOutput<typeof AuthSchema>): readonly [string, Credentials][] {
  if (auth.identitytoken) return [[key, { kind: "identity", token: auth.identitytoken }]];
  const decoded = Buffer.from(auth.auth ?? "", "base64")
    .toString("utf8")
    .replace(/\0+$/, "");
  const colon = decoded.indexOf(":");
  const username = colon > 0 ? decoded.slice(0, colon) : auth.username;
  const password = colon > 0 ? decoded.slice(colon + 1) : auth.password;
  if (!username || password === undefined || password === null) return [];
  return [[key, { kind: "basic", username, password }]];
}
