import * as v from "valibot";
import { ImageInvalidError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { type Descriptor, descriptorSchema } from "./descriptor.ts";
import type { Document } from "./document.ts";
import {
  checkJson,
  describe,
  foldedProperty,
  type JsonRules,
  jsonError,
  listOf,
  looseJson,
  optional,
  readJsonObject,
  stringMapSchema,
} from "./json.ts";
import { isSchema1Type } from "./media-type.ts";

/**
 * One platform's image: its config and its layers, bottom first. image-spec manifest.md; Docker schema 2 has the same
 * form.
 */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string | undefined;
  readonly artifactType?: string | undefined;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/**
 * Parses the bytes of a manifest that a descriptor names. Digest and size are verified before, by the source.
 * @throws ImageInvalidError MANIFEST_INVALID, also for an index in place of a manifest; IMAGE_UNSUPPORTED for schema 1
 * @throws LimitError LIMIT_EXCEEDED (manifestBytes, jsonDepth)
 */
export function parseManifest(bytes: Uint8Array, descriptor: Descriptor, limits: Limits): Document<Manifest> {
  const rules = documentRules("manifest", descriptor, limits);
  const value = readJsonObject(bytes, rules);
  refuseSchema1(value, descriptor);
  refuseContradiction(value, descriptor, { rules, foreign: ["manifests"] });
  return { descriptor, bytes, json: checkJson(manifestSchema, value, rules) };
}

/** The rules for manifests and indexes as JSON documents. */
export function documentRules(what: string, descriptor: Descriptor, limits: Limits): JsonRules {
  return { what, code: "MANIFEST_INVALID", limits, bytesLimit: "manifestBytes", digest: descriptor.digest };
}

/**
 * Refuses a document that some readers take for a manifest and others for an index, or whose media type is not that of
 * the descriptor: one digest would then name two different images (CVE-2021-41190).
 */
export function refuseContradiction(
  value: Readonly<Record<string, unknown>>,
  descriptor: Descriptor,
  kind: { readonly rules: JsonRules; readonly foreign: readonly string[] },
): void {
  const foreign = kind.foreign.find((name) => (foldedProperty(value, name) ?? null) !== null);
  if (foreign !== undefined) {
    throw jsonError(kind.rules, `has ${describe(foreign)}: a document must be either a manifest or an index`);
  }
  const { mediaType } = value;
  if (mediaType === undefined || mediaType === null || mediaType === "") return;
  if (mediaType !== descriptor.mediaType) {
    const problem = `claims to be ${describe(mediaType)}, but its descriptor says ${describe(descriptor.mediaType)}`;
    throw jsonError(kind.rules, problem);
  }
}

/** Refuses manifests of Docker's first schema, which no current engine reads. */
function refuseSchema1(value: Readonly<Record<string, unknown>>, descriptor: Descriptor): void {
  if (value.schemaVersion !== 1 && value.fsLayers === undefined && !isSchema1Type(descriptor.mediaType)) return;
  throw new ImageInvalidError("IMAGE_UNSUPPORTED", "the manifest is Docker schema 1, which no current engine reads", {
    details: {
      digest: descriptor.digest,
      hint: "pull and push the image once with Docker 20.10 to 25 to convert it",
    },
  });
}

const manifestSchema = looseJson({
  schemaVersion: v.literal(2),
  mediaType: optional(v.string()),
  artifactType: optional(v.string()),
  config: descriptorSchema,
  layers: listOf(descriptorSchema),
  subject: optional(descriptorSchema),
  annotations: optional(stringMapSchema),
});
