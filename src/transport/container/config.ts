import { collect } from "../../bytes/collect.ts";
import type { Limits } from "../../limits.ts";
import { variableName } from "../../oci/config.ts";
import { type JsonRules, readJsonObject } from "../../oci/json.ts";
import {
  applyEdits,
  editObject,
  editObjectAt,
  isObjectAt,
  type ObjectChange,
  textOf,
  valueAt,
} from "../../oci/json-edit.ts";
import type { Archive } from "../archive/archive.ts";
import type { EngineName } from "../daemon/client.ts";
import type { ArchiveImage } from "../docker-archive/archive-manifest.ts";
import { memberMissing } from "../docker-archive/archive-parts.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** A config as it is written, and what it says. */
interface Written {
  readonly bytes: Uint8Array;
  readonly json: JsonObject;
}

/** The configs from which {@link containerConfig} makes one. */
export interface ConfigParts {
  /** Of the commit, in which the engine combined image and container. */
  readonly made: Written;
  /** Of the container's image, if that still exists. */
  readonly base: Written | undefined;
  /** Replaces the last diffID, if planish changed the container's own layer. */
  readonly ownDiffId: string | undefined;
  /** That made the commit. */
  readonly engine: EngineName;
}

/**
 * The bytes of the config for a container: the image's, with the properties that were set when the container was
 * created (`--env`, `--label`, `--entrypoint`, a command), but without those that concern only this container: host
 * name, terminal, podman's own variables. Values are copied as they are written, since a number may be beyond 2⁵³.
 */
export function containerConfig({ made, base, ownDiffId, engine }: ConfigParts): Uint8Array {
  const { bytes } = base ?? made;
  const change = base === undefined ? WITHOUT_RUN_STATE : settings(base, made, engine);
  const diffIds = objectAt(made.json, "rootfs").diff_ids;
  const all = Array.isArray(diffIds) && ownDiffId !== undefined ? [...diffIds.slice(0, -1), ownDiffId] : undefined;
  const set = {
    ...textsIn(made.bytes, OF_THE_COMMIT),
    config: changedObject(bytes, "config", change),
    rootfs: changedObject(made.bytes, "rootfs", { set: all === undefined ? {} : { diff_ids: JSON.stringify(all) } }),
  };
  return applyEdits(bytes, editObjectAt(bytes, [], { set, remove: (name) => OF_THE_COMMIT.includes(name) }));
}

const OF_THE_COMMIT = ["created", "history"];

/**
 * Reads the config that a `manifest.json` names, as any JSON object. @throws ImageInvalidError CONFIG_INVALID;
 * LimitError
 */
export async function readWrittenConfig(archive: Archive, { Config }: ArchiveImage, limits: Limits): Promise<Written> {
  const file = await archive.file(Config);
  if (file === undefined) throw memberMissing(Config);
  const rules: JsonRules = { what: "image config", code: "CONFIG_INVALID", limits, bytesLimit: "configBytes" };
  const bytes = await collect(file.stream(), limits.configBytes, "configBytes");
  return { bytes, json: readJsonObject(bytes, rules) };
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

const WITHOUT_RUN_STATE: ObjectChange = { remove: (name) => OF_ONE_CONTAINER.has(name) };

/** The change to the image's properties that makes them those of the container. */
function settings(base: Written, { bytes, json }: Written, engine: EngineName): ObjectChange {
  const image = objectAt(base.json, "config");
  const made = objectAt(json, "config");
  const taken = SETTABLE.filter((name) => !isEmpty(made[name]) && !isEqual(made[name], image[name] || UNSET[name]));
  // A new entrypoint discards the image's command, so the two are handled together.
  const command = COMMAND.every((name) => sameUnlessEmpty(made[name], image[name])) ? [] : COMMAND;
  const gone = command.filter((name) => isEmpty(made[name]));
  const set = textsIn(objectIn(bytes, "config"), [...taken, ...command.filter((name) => !gone.includes(name))]);
  const env = mergedEnv(strings(image.Env), strings(made.Env), engine);
  const sameEnv = isEqual(env, strings(image.Env));
  return { set: sameEnv ? set : { ...set, Env: JSON.stringify(env) }, remove: (name) => gone.includes(name) };
}

const COMMAND = ["Entrypoint", "Cmd"];

/** What engines write for a property that neither the image nor the container has. */
const UNSET: Readonly<Record<string, string>> = { WorkingDir: "/" };

/** The image's variables in their order, with the container's values, then the new ones, without podman's own. */
function mergedEnv(image: readonly string[], made: readonly string[], engine: EngineName): string[] {
  const values = new Map(image.map((variable) => [variableName(variable), variable]));
  for (const variable of made) {
    const isOwn = engine === "podman" && !values.has(variableName(variable)) && PODMANS.test(variable);
    if (!isOwn) values.set(variableName(variable), variable);
  }
  return [...values.values()];
}

/** The variables that podman sets in every container; the PATH is the engines' default for images without one. */
const PODMANS =
  /^(container=podman|TERM=xterm|HOME=.*|HOSTNAME=.*|PATH=\/usr\/local\/sbin:\/usr\/local\/bin:\/usr\/sbin:\/usr\/bin:\/sbin:\/bin)$/s;

/** The text of the object at a name, changed; without one, of an empty object. */
function changedObject(json: Uint8Array, name: string, change: ObjectChange): string {
  const object = objectIn(json, name);
  return Buffer.from(applyEdits(object, editObject(object, 0, change))).toString("utf8");
}

function objectIn(json: Uint8Array, name: string): Uint8Array {
  const range = valueAt(json, name);
  return isObjectAt(json, range) ? json.subarray(range.start, range.end) : Buffer.from("{}");
}

/** The texts of those values at these names of a document that are there. */
function textsIn(json: Uint8Array, names: readonly string[]): Record<string, string> {
  const found = names.map((name) => [name, valueAt(json, name)] as const);
  return Object.fromEntries(found.flatMap(([name, range]) => (range ? [[name, textOf(json, range)]] : [])));
}

function objectAt(value: JsonObject, name: string): JsonObject {
  const found = value[name];
  return typeof found === "object" && found !== null ? (found as JsonObject) : {};
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Engines write unset values as null, "", 0, {} or []. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "" || value === 0) return true;
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
