import type { Diagnostic } from "../diagnostic.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { sha256 } from "../oci/digest.ts";
import type { Document } from "../oci/document.ts";
import { jsonElements } from "../oci/json-members.ts";
import { type Manifest, parseManifest } from "../oci/manifest.ts";
import { documentMediaType, type Family, layerMediaType } from "../oci/media-type.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { EncodedLayer } from "../transport/contracts.ts";
import type { Image } from "./image.ts";
import { applyEdits, editObject, isObjectAt, type JsonEdit, textOf, valueAt } from "./json-edit.ts";
import { UNLIMITED } from "./unlimited.ts";

export interface ManifestChange {
  readonly family: Family;
  /** Descriptor of the rewritten config. */
  readonly config: Descriptor;
  readonly layer: Pick<EncodedLayer, "digest" | "size" | "compression">;
}

export interface RewrittenManifest {
  readonly manifest: Document<Manifest>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The manifest of the flat image: the source's text with its config, its layers, its media types and what speaks of the old layers replaced (R8.3, R9.6, R9.7); other properties and their
 * bytes stay. A manifest whose config, layer and family stay what they were keeps all its bytes.
 */
export function rewriteManifest(image: Image, change: ManifestChange): RewrittenManifest {
  const { bytes, json } = image.manifest;
  const layer = layerDescriptor(change);
  const mediaType = documentMediaType(change.family, "manifest");
  if (isUnchanged(image, change, layer)) return { manifest: image.manifest, diagnostics: [] };

  const rewritten = applyEdits(bytes, [
    ...configEdits(image, change.config),
    ...annotationEdits(bytes, change.family),
    ...editObject(bytes, valueAt(bytes)?.start ?? 0, {
      set: {
        ...(json.mediaType !== undefined || change.family === "docker" ? { mediaType: JSON.stringify(mediaType) } : {}),
        layers: layersText(image, layer),
      },
      remove: (name) => name === "subject" || (change.family === "docker" && OCI_ONLY.has(name)),
    }),
  ]);
  const descriptor = { mediaType, digest: sha256(rewritten), size: rewritten.length };
  return {
    manifest: parseManifest(rewritten, descriptor, UNLIMITED),
    diagnostics: dropDiagnostics(image, change.family),
  };
}

/** Annotations that say on which base image this one stands: a flat image shares no layer with it. image-spec annotations.md */
const BASE_ANNOTATIONS: ReadonlySet<string> = new Set([
  "org.opencontainers.image.base.digest",
  "org.opencontainers.image.base.name",
]);

/** Docker's manifests and manifest lists do not have these. */
export const OCI_ONLY: ReadonlySet<string> = new Set(["annotations", "artifactType"]);

function layerDescriptor({ family, layer }: ManifestChange): Descriptor {
  return { mediaType: layerMediaType(family, layer.compression), digest: layer.digest, size: layer.size };
}

function isUnchanged(image: Image, change: ManifestChange, layer: Descriptor): boolean {
  const { json } = image.manifest;
  return (
    image.family === change.family &&
    json.layers.length === 1 &&
    sameBlob(json.layers[0], layer) &&
    sameBlob(json.config, change.config)
  );
}

/** Tells whether two descriptors name the same bytes as the same thing. */
export function sameBlob(a: Descriptor | undefined, b: Descriptor): boolean {
  return a?.digest === b.digest && a.size === b.size && a.mediaType === b.mediaType;
}

/** A layer that stays what it was keeps its descriptor's text: what annotations say of it is still true. */
function layersText({ manifest }: Image, layer: Descriptor): string {
  const kept = manifest.json.layers.findIndex((old) => sameBlob(old, layer));
  const layers = valueAt(manifest.bytes, "layers");
  const element = kept < 0 || layers === undefined ? undefined : jsonElements(manifest.bytes, layers.start)[kept];
  return `[${element === undefined ? JSON.stringify(layer) : textOf(manifest.bytes, element)}]`;
}

/** Places and copies of the old blob go, other properties of the descriptor stay. */
function configEdits({ manifest }: Image, config: Descriptor): JsonEdit[] {
  const range = valueAt(manifest.bytes, "config");
  if (!isObjectAt(manifest.bytes, range) || sameBlob(manifest.json.config, config)) return [];
  return editObject(manifest.bytes, range.start, {
    set: descriptorTexts(config),
    remove: isAboutOldBlob,
  });
}

/** The three properties that name a blob, as JSON texts. */
export function descriptorTexts({ mediaType, digest, size }: Descriptor): Record<string, string> {
  return { mediaType: JSON.stringify(mediaType), digest: JSON.stringify(digest), size: String(size) };
}

/** Properties of a descriptor that are of no use for another blob: addresses of the old one, and its bytes. */
export function isAboutOldBlob(name: string): boolean {
  return name === "urls" || name === "data";
}

function annotationEdits(bytes: Uint8Array, family: Family): JsonEdit[] {
  const annotations = valueAt(bytes, "annotations");
  if (family === "docker" || !isObjectAt(bytes, annotations)) return [];
  return editObject(bytes, annotations.start, { remove: (name) => BASE_ANNOTATIONS.has(name) });
}

function dropDiagnostics({ manifest, platform }: Image, family: Family): Diagnostic[] {
  const kept = Object.keys(manifest.json.annotations ?? {}).filter((name) => !BASE_ANNOTATIONS.has(name));
  const of = { platform: formatPlatform(platform) };
  return [
    ...(manifest.json.subject === undefined ? [] : [{ ...SUBJECT_DROPPED, ...of }]),
    ...(family === "docker" && kept.length > 0 ? [{ ...ANNOTATIONS_DROPPED, ...of }] : []),
  ];
}

/** R9.6: what a manifest or an index says of another one, it said for its old digest. */
export const SUBJECT_DROPPED: Diagnostic = {
  rule: "subject-dropped",
  message: "The manifest refers to another one as its subject; the flat image does not",
  strict: false,
};

export const ANNOTATIONS_DROPPED: Diagnostic = {
  rule: "annotations-dropped",
  message: "Annotations were dropped: Docker's media types, which the images need here, have none",
  strict: false,
};
