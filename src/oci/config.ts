import * as v from "valibot";
import type { Limits } from "../limits.ts";
import { type Descriptor, digestSchema } from "./descriptor.ts";
import type { DiffId } from "./digest.ts";
import type { Document } from "./document.ts";
import type { HistoryEntry } from "./history.ts";
import { checkJson, type JsonRules, listOf, looseJson, optional, readJsonObject } from "./json.ts";
import { isTime } from "./time.ts";

/** The properties of an image config that planish reads; others stay in the document's bytes. image-spec config.md */
export interface ImageConfig {
  readonly architecture?: string | undefined;
  readonly os?: string | undefined;
  readonly variant?: string | undefined;
  readonly "os.version"?: string | undefined;
  readonly "os.features"?: readonly string[] | undefined;
  readonly created?: string | null | undefined;
  readonly author?: string | undefined;
  readonly config?: Readonly<Record<string, unknown>> | null | undefined;
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly DiffId[] };
  readonly history?: readonly HistoryEntry[] | null | undefined;
}

/**
 * Parses the bytes of an image config that a descriptor names. Digest and size are verified before, by the source.
 * @throws ImageInvalidError CONFIG_INVALID
 * @throws LimitError LIMIT_EXCEEDED (configBytes, jsonDepth)
 */
export function parseConfig(bytes: Uint8Array, descriptor: Descriptor, limits: Limits): Document<ImageConfig> {
  const rules: JsonRules = {
    what: "image config",
    code: "CONFIG_INVALID",
    limits,
    bytesLimit: "configBytes",
    digest: descriptor.digest,
  };
  return { descriptor, bytes, json: checkJson(configSchema, readJsonObject(bytes, rules), rules) };
}

/** The name in a variable of `config.Env`, which is written `NAME=value`. image-spec config.md#properties */
export function variableName(variable: string): string {
  return variable.split("=", 1)[0] ?? "";
}

const timeSchema = v.nullish(v.pipe(v.string(), v.check(isTime, "expected an RFC 3339 time")));

const historySchema = looseJson({
  created: timeSchema,
  created_by: optional(v.string()),
  author: optional(v.string()),
  comment: optional(v.string()),
  empty_layer: optional(v.boolean()),
});

/** For an image without layers Docker omits `diff_ids`, and Go libraries write `null`. */
const rootfsSchema = looseJson({
  type: v.literal("layers"),
  diff_ids: v.optional(listOf(digestSchema<DiffId>()), []),
});

const configSchema = looseJson({
  architecture: optional(v.string()),
  os: optional(v.string()),
  variant: optional(v.string()),
  "os.version": optional(v.string()),
  "os.features": optional(v.array(v.string())),
  created: timeSchema,
  author: optional(v.string()),
  config: v.nullish(
    v.custom<Readonly<Record<string, unknown>>>(
      (value) => typeof value === "object" && !Array.isArray(value),
      "expected an object",
    ),
  ),
  rootfs: rootfsSchema,
  history: v.nullish(v.array(historySchema)),
});
