import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, sha256 } from "../oci/digest.ts";
import type { Document } from "../oci/document.ts";
import { type ImageIndex, parseIndex } from "../oci/image-index.ts";
import { type JsonRange, jsonElements } from "../oci/json-members.ts";
import { documentMediaType, type Family } from "../oci/media-type.ts";
import type { IndexTree } from "./index-tree.ts";
import { applyEdits, editArray, editObject, type JsonEdit, valueAt } from "./json-edit.ts";
import { descriptorTexts, isAboutOldBlob } from "./rewrite-manifest.ts";
import { UNLIMITED } from "./unlimited.ts";

export interface IndexChange {
  readonly family: Family;
  /** Descriptors of the flat images' manifests, by the digests of the manifests that they were made of. */
  readonly manifests: ReadonlyMap<Digest, Descriptor>;
}

export interface RewrittenIndex {
  readonly root: Descriptor;
  /** Every index of the tree that is not empty, each after those that it names. */
  readonly indexes: readonly Document<ImageIndex>[];
}

/**
 * The index of flat images (R9.6): the source's text with digests, sizes and media types replaced; entries keep their order, platforms, annotations and
 * unknown properties. Entries that name no flat image go, attestations among them, and indexes that are left empty.
 */
export function rewriteIndex(tree: IndexTree, change: IndexChange): RewrittenIndex {
  const { bytes, json } = tree.document;
  const nested = tree.nested.map((child) => (child === undefined ? undefined : rewriteIndex(child, change)));
  const targets = json.manifests.map((entry, i) => {
    const inner = nested[i];
    if (inner === undefined) return change.manifests.get(entry.digest);
    return inner.indexes.at(-1)?.json.manifests.length === 0 ? undefined : inner.root;
  });
  const mediaType = documentMediaType(change.family, "index");
  const rewritten = applyEdits(bytes, [
    ...entryEdits(bytes, targets),
    ...editObject(bytes, valueAt(bytes)?.start ?? 0, {
      set: json.mediaType !== undefined || change.family === "docker" ? { mediaType: JSON.stringify(mediaType) } : {},
      remove: (name) => name === "subject",
    }),
  ]);
  const root = { mediaType, digest: sha256(rewritten), size: rewritten.length };
  const index = parseIndex(rewritten, root, UNLIMITED);
  const kept = nested.flatMap((inner, i) => (targets[i] === undefined ? [] : (inner?.indexes ?? [])));
  return { root, indexes: [...kept, index] };
}

function entryEdits(bytes: Uint8Array, targets: readonly (Descriptor | undefined)[]): JsonEdit[] {
  const manifests = valueAt(bytes, "manifests");
  if (manifests === undefined || targets.length === 0) return [];
  const changes = jsonElements(bytes, manifests.start).flatMap((entry: JsonRange, i): JsonEdit[] => {
    const target = targets[i];
    if (target === undefined) return [];
    return editObject(bytes, entry.start, { set: descriptorTexts(target), remove: isAboutOldBlob });
  });
  return [...changes, ...editArray(bytes, manifests.start, { gone: targets.map((target) => target === undefined) })];
}
