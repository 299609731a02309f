import { collect } from "../../bytes/collect.ts";
import type { Limits } from "../../limits.ts";
import { type JsonRules, readJsonObject } from "../../oci/json.ts";
import type { Archive } from "../archive/archive.ts";
import type { ArchiveImage } from "../docker-archive/archive-manifest.ts";
import { memberMissing } from "../docker-archive/archive-parts.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** The configs from which {@link containerConfig} makes one. */
export interface ConfigParts {
  /** Of the commit, in which the engine combined image and container. */
  readonly made: JsonObject;
  /** Of the container's image, if that still exists. */
  readonly base: JsonObject | undefined;
  /** Replaces the last diffID, if planish changed the container's own layer. */
  readonly ownDiffId: string | undefined;
}

/**
 * The bytes of the config for a container: the image's, with the properties that were set when the container was
 * created (`--env`, `--label`, `--entrypoint`, a command), but without those that concern only this container: host
 * name, terminal, podman's own variables.
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

/** The properties of an image's config that `run` and `create` can set, besides command, entrypoint and variables. */
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
  // A new entrypoint discards the image's command, so the two are handled together.
  const command = COMMAND.every((name) => sameUnlessEmpty(made[name], image[name])) ? [] : COMMAND;
  const gone = command.filter((name) => isEmpty(made[name]));
  const set = [...taken, ...command].filter((name) => !gone.includes(name)).map((name) => [name, made[name]] as const);
  const kept = Object.entries(image).filter(([name]) => !gone.includes(name));
  const env = mergedEnv(strings(image.Env), strings(made.Env));
  return { ...Object.fromEntries([...kept, ...set]), ...(isEqual(env, strings(image.Env)) ? {} : { Env: env }) };
}

const COMMAND = ["Entrypoint", "Cmd"];

/** The image's variables in their order, with the container's values, then the new ones. */
function mergedEnv(image: readonly string[], made: readonly string[]): string[] {
  const values = new Map(image.map((variable) => [nameOf(variable), variable]));
  for (const variable of made) {
    if (values.has(nameOf(variable)) || !PODMANS.test(variable)) values.set(nameOf(variable), variable);
  }
  return [...values.values()];
}

/** The variables that podman sets in every container; the PATH is the engines' default for images without one. */
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

/** Engines write unset values as null, "", 0, {} or []; an unset working directory is also written as the root. */
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

/** Objects with sorted keys, since engines do not keep their order, and without values that are 0 or null. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== 0);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, sorted(item)]));
}
