import type { Diagnostic } from "../diagnostic.ts";
import { type Descriptor, describeBytes } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { Document } from "../oci/document.ts";
import { type ImageIndex, parseIndex } from "../oci/image-index.ts";
import { applyEdits, editArray, editObject, editObjectAt, type JsonEdit, valueAt } from "../oci/json-edit.ts";
import { jsonElements } from "../oci/json-members.ts";
import { documentMediaType, type Family } from "../oci/media-type.ts";
import type { IndexTree } from "./index-tree.ts";
import {
  ANNOTATIONS_DROPPED,
  descriptorTexts,
  isAboutOldBlob,
  OCI_ONLY,
  SUBJECT_DROPPED,
  sameBlob,
} from "./rewrite-manifest.ts";
import { UNLIMITED } from "./unlimited.ts";

export interface IndexChange {
  readonly family: Family;
  /** Descriptors of the new manifests, by the digests of the manifests that they replace. */
  readonly manifests: ReadonlyMap<Digest, Descriptor>;
  /** Digests of the new manifests that have a zstd layer. */
  readonly zstd: ReadonlySet<Digest>;
  /** Entries to add at the end of the root. */
  readonly added?: readonly Descriptor[] | undefined;
}

export interface RewrittenIndex {
  readonly root: Descriptor;
  /** The root and the indexes nested in it, each after those that it names; without indexes that became empty. */
  readonly indexes: readonly Document<ImageIndex>[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The index of new images (R9.6): the source's text with digests, sizes and media types replaced; entries keep their
 * order, platforms, annotations and unknown properties, but are not called zstd if they no longer are. Entries without
 * a new manifest, such as attestations, are removed, and so are indexes that become empty. An index whose images all
 * stay the same keeps all its bytes.
 */
export function rewriteIndex(tree: IndexTree, change: IndexChange): RewrittenIndex {
  const { document } = tree;
  const { added = [], ...inside } = change;
  const nested = tree.nested.map((child) => (child === undefined ? undefined : rewriteIndex(child, inside)));
  const targets = document.json.manifests.map((entry, i) => {
    const inner = nested[i];
    return inner === undefined ? change.manifests.get(entry.digest) : nonEmptyRoot(inner);
  });
  const kept = nested.filter((_, i) => targets[i] !== undefined).filter((inner) => inner !== undefined);
  const own =
    added.length === 0 && isUnchanged(document, change.family, targets)
      ? { index: document, diagnostics: [] }
      : editIndex(document, change.family, { targets, added, zstd: change.zstd });
  return {
    root: own.index.descriptor,
    indexes: [...kept.flatMap((inner) => inner.indexes), own.index],
    diagnostics: [...kept.flatMap((inner) => inner.diagnostics), ...own.diagnostics],
  };
}

/** The new descriptor of each entry; undefined for those that are removed. */
type Targets = readonly (Descriptor | undefined)[];

function nonEmptyRoot({ indexes, root }: RewrittenIndex): Descriptor | undefined {
  return indexes.at(-1)?.json.manifests.length === 0 ? undefined : root;
}

function isUnchanged({ descriptor, json }: Document<ImageIndex>, family: Family, targets: Targets): boolean {
  if (descriptor.mediaType !== documentMediaType(family, "index")) return false;
  return json.manifests.every((entry, i) => {
    const target = targets[i];
    return target !== undefined && sameBlob(entry, target);
  });
}

interface EntryChange {
  readonly targets: Targets;
  readonly added: readonly Descriptor[];
  readonly zstd: ReadonlySet<Digest>;
}

function editIndex({ bytes, json }: Document<ImageIndex>, family: Family, change: EntryChange) {
  const mediaType = documentMediaType(family, "index");
  const rewritten = applyEdits(bytes, [
    ...entryEdits(bytes, json, change),
    ...editObjectAt(bytes, [], {
      set: json.mediaType !== undefined || family === "docker" ? { mediaType: JSON.stringify(mediaType) } : {},
      remove: (name) => name === "subject" || (family === "docker" && OCI_ONLY.has(name)),
    }),
  ]);
  const root = describeBytes(mediaType, rewritten);
  const lost = family === "docker" && Object.keys(json.annotations ?? {}).length > 0;
  return {
    index: parseIndex(rewritten, root, UNLIMITED),
    diagnostics: [...(json.subject === undefined ? [] : [SUBJECT_DROPPED]), ...(lost ? [ANNOTATIONS_DROPPED] : [])],
  };
}

function entryEdits(bytes: Uint8Array, json: ImageIndex, { targets, added, zstd }: EntryChange): JsonEdit[] {
  const manifests = valueAt(bytes, "manifests");
  if (manifests === undefined || targets.length === 0) return [];
  const changes = jsonElements(bytes, manifests.start).flatMap((entry, i): JsonEdit[] => {
    const target = targets[i];
    if (target === undefined) return [];
    const annotations = zstd.has(target.digest) ? undefined : withoutZstd(json.manifests[i], target);
    const set = { ...descriptorTexts(target), ...(annotations && { annotations: JSON.stringify(annotations) }) };
    return editObject(bytes, entry.start, { set, remove: isAboutOldBlob });
  });
  const gone = targets.map((target) => target === undefined);
  return [
    ...changes,
    ...editArray(bytes, manifests.start, { gone, added: added.map((entry) => JSON.stringify(entry)) }),
  ];
}

/**
 * The annotations of an entry that says it is zstd, which a new manifest without such a layer is not; undefined if they
 * stay. podman marks so the zstd image that it lists beside the gzip one for the same platform.
 */
function withoutZstd(entry: Descriptor | undefined, target: Descriptor): Descriptor["annotations"] {
  const { [ZSTD]: said, ...others } = entry?.annotations ?? {};
  return said === undefined || sameBlob(entry, target) ? undefined : others;
}

const ZSTD = "io.github.containers.compression.zstd";
