import { collect } from "../../bytes/collect.ts";
import type { Limits } from "../../limits.ts";
import { type JsonRules, readJsonObject } from "../../oci/json.ts";
import type { Archive } from "../archive/archive.ts";
import type { ArchiveImage } from "../docker-archive/archive-manifest.ts";
import { memberMissing } from "../docker-archive/archive-parts.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** The configs of which a container's is made. */
export interface ConfigParts {
  /** Of the committed container: what the engine makes of image and container. */
  readonly made: JsonObject;
  /** Of the container's image, where that is still there. */
  readonly base: JsonObject | undefined;
  /** Replaces the last diffID, where the container's own layer was changed. */
  readonly ownDiffId: string | undefined;
}

/**
 * The bytes of a container's image config: the image's, with those properties changed that were set when the container
 * was made (`--env`, `--label`, `--entrypoint`, a command), and without what an engine notes of one container alone:
 * its host name, its terminal, podman's own variables.
 */
export function containerConfig({ made, base, ownDiffId }: ConfigParts): Uint8Array {
  const root = base ?? made;
  const image = objectAt(base ?? {}, "config");
  const config =
    base === undefined ? withoutRunState(objectAt(made, "config")) : changed(image, objectAt(made, "config"));
  const rootfs = objectAt(made, "rootfs");
  const diffIds = Array.isArray(rootfs.diff_ids) ? rootfs.diff_ids : [];
  const all = ownDiffId === undefined ? diffIds : [...diffIds.slice(0, -1), ownDiffId];
  const { created, history } = made;
  const merged = { ...root, created, config, rootfs: { ...rootfs, diff_ids: all }, history };
  return Buffer.from(JSON.stringify(merged));
}

/**
 * Reads the config that a `manifest.json` names, as any JSON object. @throws ImageInvalidError CONFIG_INVALID;
 * LimitError
 */
export async function readConfigObject(
  archive: Archive,
  { Config }: ArchiveImage,
  limits: Limits,
): Promise<JsonObject> {
  const file = await archive.file(Config);
  if (file === undefined) throw memberMissing(Config);
  const rules: JsonRules = { what: "image config", code: "CONFIG_INVALID", limits, bytesLimit: "configBytes" };
  return readJsonObject(await collect(file.stream(), limits.configBytes, "configBytes"), rules) as JsonObject;
}

/** What `run` and `create` can set of an image's config. */
const SETTABLE = [
  "User",
  "ExposedPorts",
  "Volumes",
  "WorkingDir",
  "Labels",
  "StopSignal",
  "StopTimeout",
  "Healthcheck",
  "Shell",
  "OnBuild",
];
const OF_ONE_CONTAINER: ReadonlySet<string> = new Set([
  "AttachStderr",
  "AttachStdin",
  "AttachStdout",
  "Domainname",
  "Hostname",
  "Image",
  "MacAddress",
  "OpenStdin",
  "StdinOnce",
  "Tty",
]);

function changed(image: JsonObject, made: JsonObject): JsonObject {
  const taken = SETTABLE.filter((name) => !isEmpty(made[name], name) && !isEqual(made[name], image[name]));
  // A new entrypoint does away with the image's command, so that the two are one decision.
  const command = COMMAND.every((name) => sameUnlessEmpty(made[name], image[name])) ? [] : COMMAND;
  const gone = command.filter((name) => isEmpty(made[name]));
  const set = [...taken, ...command].filter((name) => !gone.includes(name)).map((name) => [name, made[name]] as const);
  const kept = Object.entries(image).filter(([name]) => !gone.includes(name));
  const env = mergedEnv(strings(image.Env), strings(made.Env));
  return { ...Object.fromEntries([...kept, ...set]), ...(isEqual(env, strings(image.Env)) ? {} : { Env: env }) };
}

const COMMAND = ["Entrypoint", "Cmd"];

/** The image's variables in their order with the container's values, then those that are new. */
function mergedEnv(image: readonly string[], made: readonly string[]): string[] {
  const values = new Map(image.map((variable) => [nameOf(variable), variable]));
  for (const variable of made) {
    if (values.has(nameOf(variable)) || !PODMANS.test(variable)) values.set(nameOf(variable), variable);
  }
  return [...values.values()];
}

/** What podman tells every container; the path is the one that engines take where an image names none. */
const PODMANS =
  /^(container=podman|TERM=xterm|HOME=.*|HOSTNAME=.*|PATH=\/usr\/local\/sbin:\/usr\/local\/bin:\/usr\/sbin:\/usr\/bin:\/sbin:\/bin)$/s;

function nameOf(variable: string): string {
  return variable.split("=", 1)[0] ?? "";
}

function withoutRunState(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !OF_ONE_CONTAINER.has(name)));
}

function objectAt(value: JsonObject, name: string): JsonObject {
  const found = value[name];
  return typeof found === "object" && found !== null ? (found as JsonObject) : {};
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Engines write what is not set in as many ways as JSON has; a working directory that is not set is the root. */
function isEmpty(value: unknown, name = ""): boolean {
  if (value === null || value === undefined || value === "" || value === 0) return true;
  if (name === "WorkingDir" && value === "/") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function sameUnlessEmpty(made: unknown, image: unknown): boolean {
  return isEmpty(made) ? isEmpty(image) : isEqual(made, image);
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** Objects with their names in order, since engines keep none; what is zero or null in Go is left out. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== 0);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, sorted(item)]));
}
