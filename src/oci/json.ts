import * as v from "valibot";
import { ImageInvalidError, LimitError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { jsonDepth, jsonMembers, skipSpace } from "./json-members.ts";

/** What kind of document JSON is, and the error if it is invalid. */
export interface JsonKind {
  /** For messages: "manifest", "image config", "manifest.json". */
  readonly what: string;
  readonly code: "MANIFEST_INVALID" | "CONFIG_INVALID";
  readonly digest?: string | undefined;
}

/** What kind of document JSON is read as, within which limits. */
export interface JsonRules extends JsonKind {
  readonly limits: Limits;
  /** The limit on the document's bytes. */
  readonly bytesLimit: "manifestBytes" | "configBytes" | "archiveManifestBytes";
}

/**
 * Decodes a JSON document as strictly as RFC 8259: UTF-8 without a byte order mark, nothing after the value. If an
 * object has a name twice, the last one counts.
 * @throws LimitError LIMIT_EXCEEDED (manifestBytes, configBytes, archiveManifestBytes, jsonDepth)
 * @throws ImageInvalidError MANIFEST_INVALID or CONFIG_INVALID, as the rules say
 */
export function readJson(bytes: Uint8Array, rules: JsonRules): unknown {
  const allowed = rules.limits[rules.bytesLimit];
  if (bytes.length > allowed) throw new LimitError(rules.bytesLimit, allowed, bytes.length, detailsOf(rules));
  const text = decodeUtf8(bytes, rules);
  const depth = jsonDepth(bytes, rules.limits.jsonDepth);
  if (depth > rules.limits.jsonDepth) {
    throw new LimitError("jsonDepth", rules.limits.jsonDepth, depth, detailsOf(rules));
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw jsonError(rules, `is not valid JSON${position(cause)}`, cause);
  }
}

/** Like {@link readJson}, for a document that must be an object with unambiguous names. */
export function readJsonObject(bytes: Uint8Array, rules: JsonRules): Record<string, unknown> {
  const value = readJson(bytes, rules);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw jsonError(rules, `must be a JSON object, not ${describe(value)}`);
  }
  refuseSameNames(bytes, skipSpace(bytes, 0), rules);
  return value as Record<string, unknown>;
}

/**
 * Refuses an object, at an offset, that would be read differently by Go's decoder, which all engines use: it accepts
 * `RootFS` for `rootfs`, and merges objects with the same name.
 */
export function refuseSameNames(json: Uint8Array, start: number, kind: JsonKind): void {
  const seen = new Map<string, string>();
  for (const { name } of jsonMembers(json, start)) {
    const other = seen.get(foldName(name));
    if (other !== undefined) {
      throw jsonError(kind, `names ${describe(other)} and ${describe(name)}, which readers treat as the same`);
    }
    seen.set(foldName(name), name);
  }
}

/** The value that Go's decoder would use for a property of this name. */
export function foldedProperty(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.entries(value).find(([other]) => foldName(other) === foldName(name))?.[1];
}

/**
 * The schema of an object with these properties and any others, except those whose names Go's decoder takes for one of
 * these: a descriptor with `Digest`, for example, would name another blob there than here.
 */
export function looseJson<const Entries extends v.ObjectEntries>(entries: Entries) {
  const spellings = new Map(Object.keys(entries).map((name) => [foldName(name), name]));
  const isOther = (name: string): boolean => (spellings.get(foldName(name)) ?? name) !== name;
  return v.pipe(
    // Valibot takes an array for an object without these properties.
    v.custom<object>((value) => typeof value === "object" && !Array.isArray(value), "expected an object"),
    v.looseObject(entries),
    v.check((value) => !Object.keys(value).some(isOther), "expected no other spelling of a name"),
  );
}

/** An optional property, which may also be `null`, since Go writes and reads it like that. */
export function optional<const Schema extends v.GenericSchema>(schema: Schema) {
  return v.optional(
    v.pipe(
      v.nullable(schema),
      v.transform((value): v.InferOutput<Schema> | undefined => value ?? undefined),
    ),
  );
}

/** A list, which may also be `null`: Go writes an empty one like that. */
export function listOf<const Schema extends v.GenericSchema>(schema: Schema) {
  return v.pipe(
    v.nullable(v.array(schema)),
    v.transform((list) => list ?? []),
  );
}

/** An object of strings; not valibot's record, which drops names such as `constructor`. */
export const stringMapSchema = v.custom<Readonly<Record<string, string>>>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === "string"),
  "expected an object of strings",
);

/** The same text for names that Go's decoder takes for the same; its upper case of the long s is S. */
function foldName(name: string): string {
  return name.toLowerCase().replaceAll("ſ", "s");
}

/** Checks a decoded value against a schema; the error says which property is wrong and what was expected. */
export function checkJson<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  kind: JsonKind,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue);
  const where = path === null ? "" : `${shorten(path)}: `;
  throw jsonError(kind, `is invalid: ${where}${expectation(issue)}`, undefined, path ?? undefined);
}

/** The error for an invalid document; `problem` continues the message after, for example, "the image config ". */
export function jsonError(kind: JsonKind, problem: string, cause?: unknown, property?: string): ImageInvalidError {
  return new ImageInvalidError(kind.code, `the ${kind.what} ${problem}`, {
    details: { ...detailsOf(kind), ...(property === undefined ? {} : { property }) },
    cause,
  });
}

/** A value for a message: short, on one line; also one that JSON has no text for. */
export function describe(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (["function", "symbol", "bigint"].includes(typeof value)) return `a ${typeof value}`;
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  return value === undefined ? "nothing" : shorten(JSON.stringify(value));
}

const LONGEST = 80;

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function detailsOf({ digest }: JsonKind): { digest?: string } {
  return digest === undefined ? {} : { digest };
}

function decodeUtf8(bytes: Uint8Array, rules: JsonRules): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw jsonError(rules, "begins with a byte order mark, which no engine reads");
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw jsonError(rules, "is not UTF-8", cause);
  }
}

/** The position from V8's message, if it has one; the message itself may quote the document and is not used. */
function position(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : "";
  const at = /at position (\d+)/.exec(message)?.[1];
  if (at !== undefined) return ` (at character ${at})`;
  return message.includes("end of JSON input") ? " (it ends too early)" : "";
}

function expectation(issue: v.BaseIssue<unknown>): string {
  if (issue.input === undefined) return "is missing";
  if (issue.kind === "schema" && issue.expected !== null && issue.type !== "custom") {
    return `expected ${issue.expected}, found ${describe(issue.input)}`;
  }
  return `${issue.message}, found ${describe(issue.input)}`;
}
