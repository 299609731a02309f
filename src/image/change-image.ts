import { type ConfigChanges, changeConfig } from "../change/change-config.ts";
import { redact } from "../change/redact.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { type ImageConfig, parseConfig, variableName } from "../oci/config.ts";
import { sha256 } from "../oci/digest.ts";
import type { Document } from "../oci/document.ts";
import type { HistoryMode } from "../oci/history.ts";
import { refuseSameNames } from "../oci/json.ts";
import {
  applyEdits,
  editArray,
  editObject,
  editObjectAt,
  isObjectAt,
  type JsonEdit,
  valueAt,
} from "../oci/json-edit.ts";
import { jsonElements } from "../oci/json-members.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { Image } from "./image.ts";
import type { LoadedImages } from "./load-images.ts";
import { UNLIMITED } from "./unlimited.ts";

const CONFIG = { what: "image config", code: "CONFIG_INVALID" } as const;

/** Requested changes to an image's config. */
export interface ImageChanges extends ConfigChanges {
  /** Replaces the config's `author`. */
  readonly author?: string | undefined;
  /** `redact` removes secrets from the steps; the other modes are applied by `rewriteConfig`. */
  readonly history?: HistoryMode | undefined;
}

/**
 * Returns the image with the requested changes to its config; every byte outside the changed values is kept. Returns
 * the same object if nothing changes. The manifest still names the old config.
 * @throws UsageError ARGUMENT_INVALID; ImageInvalidError CONFIG_INVALID
 */
export function changeImage(image: Image, asked: ImageChanges): Image {
  const { bytes, json, descriptor } = image.config;
  const before: JsonObject = json.config ?? {};
  const after: JsonObject = changeConfig(before, asked);
  const engine = valueAt(bytes, "config");
  if (after !== before && isObjectAt(bytes, engine)) refuseSameNames(bytes, engine.start, CONFIG);
  const edits = isObjectAt(bytes, engine) ? objectEdits(bytes, engine.start, { before, after }) : [];
  const set: Record<string, string> = {};
  if (!isObjectAt(bytes, engine) && JSON.stringify(before) !== JSON.stringify(after))
    set.config = JSON.stringify(after);
  if (asked.author !== undefined) set.author = JSON.stringify(asked.author);
  const redacted = asked.history === "redact" ? redactions(image.config) : [];
  const all = [...edits, ...redacted, ...editObjectAt(bytes, [], { set })];
  const changed = applyEdits(bytes, all);
  if (changed === bytes) return image;
  const named = { ...descriptor, digest: sha256(changed), size: changed.length };
  const diagnostics = redacted.length === 0 ? image.diagnostics : [...image.diagnostics, redactedDiagnostic(image)];
  return { ...image, config: parseConfig(changed, named, UNLIMITED), diagnostics };
}

/** The edits that remove secrets from the texts of steps. */
function redactions({ bytes, json }: Document<ImageConfig>): JsonEdit[] {
  const range = valueAt(bytes, "history");
  if (range === undefined || !Array.isArray(json.history)) return [];
  return jsonElements(bytes, range.start).flatMap((element, at) => {
    refuseSameNames(bytes, element.start, CONFIG);
    const { created_by, comment } = json.history?.[at] ?? {};
    const texts = Object.entries({ created_by, comment }).filter((text): text is [string, string] => Boolean(text[1]));
    const changed = texts.map(([name, text]) => [name, text, redact(text)] as const).filter(([, a, b]) => a !== b);
    const set = Object.fromEntries(changed.map(([name, , text]) => [name, JSON.stringify(text)]));
    return editObject(bytes, element.start, { set });
  });
}

function redactedDiagnostic({ platform }: Image): Diagnostic {
  const message = "Steps of the history held secrets, which were removed; anybody who has the old image still has them";
  return { rule: "history-redacted", message, strict: false, platform: formatPlatform(platform) };
}

/** {@link changeImage} for all loaded images. */
export function changeImages(loaded: LoadedImages, asked: ImageChanges): LoadedImages {
  return { ...loaded, images: loaded.images.map((image) => changeImage(image, asked)) };
}

type JsonObject = Readonly<Record<string, unknown>>;

interface Versions {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** The edits that turn one object into another: inside objects and lists that both have, else of whole values. */
function objectEdits(json: Uint8Array, start: number, { before, after }: Versions): JsonEdit[] {
  const inner: JsonEdit[][] = [];
  // A map, since an object would not take a label with the name `__proto__`.
  const set = new Map<string, string>();
  for (const [name, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    if (JSON.stringify(old) === JSON.stringify(value)) continue;
    const range = valueAt(json.subarray(start), name);
    const at = (range?.start ?? 0) + start;
    if (range !== undefined && isObject(old) && isObject(value)) {
      inner.push(objectEdits(json, at, { before: old, after: value }));
    } else if (range !== undefined && isList(old) && isList(value)) {
      inner.push(listEdits(json, at, { old, value }));
    } else set.set(name, JSON.stringify(value));
  }
  const remove = (name: string): boolean => Object.hasOwn(before, name) && !Object.hasOwn(after, name);
  return [...inner.flat(), ...editObject(json, start, { set: Object.fromEntries(set), remove })];
}

interface ListVersions {
  readonly old: readonly unknown[];
  readonly value: readonly unknown[];
}

/** The edits that turn one list into another; a new value of a variable replaces the old one in place. */
function listEdits(json: Uint8Array, start: number, { old, value }: ListVersions): JsonEdit[] {
  const elements = jsonElements(json, start);
  let taken = 0;
  const gone: boolean[] = [];
  const replaced: JsonEdit[] = [];
  for (const [at, item] of old.entries()) {
    const next = value[taken];
    const element = elements[at];
    gone.push(next === undefined || keyOf(next) !== keyOf(item));
    if (gone[at] || element === undefined) continue;
    taken += 1;
    if (next !== item) replaced.push({ ...element, text: JSON.stringify(next) });
  }
  return [
    ...replaced,
    ...editArray(json, start, { gone, added: value.slice(taken).map((item) => JSON.stringify(item)) }),
  ];
}

/** The name of the variable in `NAME=value`; any other item itself. */
function keyOf(item: unknown): unknown {
  return typeof item === "string" ? variableName(item) : item;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
