import * as v from "valibot";
import { LimitError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { type Descriptor, descriptorSchema } from "./descriptor.ts";
import type { Document } from "./document.ts";
import { checkJson, type JsonRules, listOf, looseJson, optional, readJsonObject, stringMapSchema } from "./json.ts";
import { documentRules, refuseContradiction } from "./manifest.ts";

/**
 * A list of manifests, usually one per platform. image-spec image-index.md; Docker's manifest list has the same form.
 */
export interface ImageIndex {
  readonly schemaVersion: 2;
  readonly mediaType?: string | undefined;
  readonly artifactType?: string | undefined;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/**
 * Parses the bytes of an index that a descriptor names. Digest and size are verified before, by the source.
 * @throws ImageInvalidError MANIFEST_INVALID, also for a manifest in place of an index
 * @throws LimitError LIMIT_EXCEEDED (manifestBytes, jsonDepth, indexEntries)
 */
export function parseIndex(bytes: Uint8Array, descriptor: Descriptor, limits: Limits): Document<ImageIndex> {
  return parseWithin(bytes, descriptor, { limits, bytesLimit: "manifestBytes", entriesLimit: "indexEntries" });
}

/**
 * Parses the `index.json` of a layout, which has the same form but lists all images of the layout, and therefore has
 * the limits of an archive's `manifest.json`.
 * @throws as {@link parseIndex}, and LimitError LIMIT_EXCEEDED (archiveManifestBytes, jsonDepth, archiveImages)
 */
export function parseImageList(bytes: Uint8Array, descriptor: Descriptor, limits: Limits): Document<ImageIndex> {
  return parseWithin(bytes, descriptor, { limits, bytesLimit: "archiveManifestBytes", entriesLimit: "archiveImages" });
}

interface Bounds extends Pick<JsonRules, "limits" | "bytesLimit"> {
  readonly entriesLimit: "indexEntries" | "archiveImages";
}

function parseWithin(bytes: Uint8Array, descriptor: Descriptor, bounds: Bounds): Document<ImageIndex> {
  const { limits, bytesLimit, entriesLimit } = bounds;
  const rules = { ...documentRules("index", descriptor, limits), bytesLimit };
  const value = readJsonObject(bytes, rules);
  refuseContradiction(value, descriptor, { rules, foreign: ["config", "layers", "fsLayers"] });
  const entries = Array.isArray(value.manifests) ? value.manifests.length : 0;
  if (entries > limits[entriesLimit]) {
    throw new LimitError(entriesLimit, limits[entriesLimit], entries, { digest: descriptor.digest });
  }
  return { descriptor, bytes, json: checkJson(indexSchema, value, rules) };
}

const indexSchema = looseJson({
  schemaVersion: v.literal(2),
  mediaType: optional(v.string()),
  artifactType: optional(v.string()),
  manifests: listOf(descriptorSchema),
  subject: optional(descriptorSchema),
  annotations: optional(stringMapSchema),
});
