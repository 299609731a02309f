import type { Diagnostic } from "../diagnostic.ts";
import { type Descriptor, describeBytes } from "../oci/descriptor.ts";
import type { Document } from "../oci/document.ts";
import { applyEdits, editObject, editObjectAt, isObjectAt, type JsonEdit, textOf, valueAt } from "../oci/json-edit.ts";
import { jsonElements } from "../oci/json-members.ts";
import { type Manifest, parseManifest } from "../oci/manifest.ts";
import { type Compression, documentMediaType, type Family, layerMediaType } from "../oci/media-type.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { Image } from "./image.ts";
import { UNLIMITED } from "./unlimited.ts";

export interface ManifestChange {
  readonly family: Family;
  /** Descriptor of the new config. */
  readonly config: Descriptor;
  /** Descriptors of all layers of the new image, kept ones included, bottom first. */
  readonly layers: readonly Descriptor[];
  /** Whether the new image still has its base image's layers, so that annotations about it stay; false by default. */
  readonly keepsBase?: boolean | undefined;
  /** Annotations to set, if the family has annotations. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** Whether the destination keeps the manifest itself; true by default. */
  readonly stays?: boolean | undefined;
}

export interface RewrittenManifest {
  readonly manifest: Document<Manifest>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The manifest of a new image: the old manifest's text with its config, layers and media types replaced, and without
 * what refers to the old layers (R8.3, R9.6, R9.7); other properties keep their bytes. A manifest whose config, layers
 * and family stay the same keeps all its bytes.
 */
export function rewriteManifest(image: Image, change: ManifestChange): RewrittenManifest {
  const { bytes, json } = image.manifest;
  const mediaType = documentMediaType(change.family, "manifest");
  if (isUnchanged(image, change)) return { manifest: image.manifest, diagnostics: [] };

  const rewritten = applyEdits(bytes, [
    ...configEdits(image, change.config),
    ...annotationEdits(bytes, change),
    ...editObjectAt(bytes, [], {
      set: {
        ...(json.mediaType !== undefined || change.family === "docker" ? { mediaType: JSON.stringify(mediaType) } : {}),
        layers: layersText(image, change),
        ...newAnnotations(bytes, change),
      },
      remove: (name) => name === "subject" || (change.family === "docker" && OCI_ONLY.has(name)),
    }),
  ]);
  const descriptor = describeBytes(mediaType, rewritten);
  return { manifest: parseManifest(rewritten, descriptor, UNLIMITED), diagnostics: dropDiagnostics(image, change) };
}

/** The descriptor of a layer in a manifest of a family. */
export function layerDescriptor(
  family: Family,
  { compression, digest, size }: Pick<Descriptor, "digest" | "size"> & { readonly compression: Compression },
): Descriptor {
  return { mediaType: layerMediaType(family, compression), digest, size };
}

/** Annotations that name the base image. image-spec annotations.md */
const BASE_ANNOTATIONS: ReadonlySet<string> = new Set([
  "org.opencontainers.image.base.digest",
  "org.opencontainers.image.base.name",
]);

/** Docker's manifests and manifest lists do not have these. */
export const OCI_ONLY: ReadonlySet<string> = new Set(["annotations", "artifactType"]);

function isUnchanged({ family, manifest: { json } }: Image, change: ManifestChange): boolean {
  return (
    family === change.family &&
    Object.entries(change.annotations ?? {}).every(([name, value]) => json.annotations?.[name] === value) &&
    json.layers.length === change.layers.length &&
    change.layers.every((layer, at) => sameBlob(json.layers[at], layer)) &&
    sameBlob(json.config, change.config)
  );
}

/** Whether two descriptors have the same digest, size and media type. */
export function sameBlob(a: Descriptor | undefined, b: Descriptor): boolean {
  return a?.digest === b.digest && a.size === b.size && a.mediaType === b.mediaType;
}

function layersText({ manifest }: Image, { family, layers }: ManifestChange): string {
  const range = valueAt(manifest.bytes, "layers");
  const elements =
    range === undefined || manifest.json.layers.length === 0 ? [] : jsonElements(manifest.bytes, range.start);
  const texts = layers.map((layer, at) => {
    const same = (old: Descriptor | undefined): boolean => old?.digest === layer.digest && old.size === layer.size;
    const kept = same(manifest.json.layers[at]) ? at : manifest.json.layers.findIndex(same);
    const element = elements[kept];
    return element === undefined ? descriptorText(layer) : keptText(textOf(manifest.bytes, element), layer, family);
  });
  return `[${texts.join(",")}]`;
}

/**
 * A kept blob keeps the text of its descriptor, except for the media type: its annotations are still true, if the
 * family has annotations.
 */
function keptText(text: string, layer: Descriptor, family: Family): string {
  const bytes = Buffer.from(text);
  const edits = editObject(bytes, 0, {
    set: { mediaType: JSON.stringify(layer.mediaType) },
    remove: (name) => family === "docker" && OCI_ONLY.has(name),
  });
  return Buffer.from(applyEdits(bytes, edits)).toString();
}

function descriptorText({ mediaType, digest, size }: Descriptor): string {
  return JSON.stringify({ mediaType, digest, size });
}

/** Removes addresses and embedded data of the old blob; other properties of the descriptor stay. */
function configEdits({ manifest }: Image, config: Descriptor): JsonEdit[] {
  if (sameBlob(manifest.json.config, config)) return [];
  return editObjectAt(manifest.bytes, ["config"], { set: descriptorTexts(config), remove: isAboutOldBlob });
}

/** The three properties that name a blob, as JSON texts. */
export function descriptorTexts({ mediaType, digest, size }: Descriptor): Record<string, string> {
  return { mediaType: JSON.stringify(mediaType), digest: JSON.stringify(digest), size: String(size) };
}

/** Whether a descriptor's property is about the old blob itself: its addresses or its embedded bytes. */
export function isAboutOldBlob(name: string): boolean {
  return name === "urls" || name === "data";
}

function annotationEdits(
  bytes: Uint8Array,
  { family, keepsBase = false, annotations = {} }: ManifestChange,
): JsonEdit[] {
  if (family === "docker") return [];
  const set = Object.fromEntries(Object.entries(annotations).map(([name, value]) => [name, JSON.stringify(value)]));
  const remove = (name: string): boolean => !keepsBase && BASE_ANNOTATIONS.has(name);
  return editObjectAt(bytes, ["annotations"], { set, remove });
}

/** The whole property, for a manifest that has none. */
function newAnnotations(bytes: Uint8Array, { family, annotations = {} }: ManifestChange): Record<string, string> {
  const none = Object.keys(annotations).length === 0 || isObjectAt(bytes, valueAt(bytes, "annotations"));
  return family === "docker" || none ? {} : { annotations: JSON.stringify(annotations) };
}

function dropDiagnostics({ manifest, platform }: Image, change: ManifestChange): Diagnostic[] {
  const { family, keepsBase = false, annotations = {}, stays = true } = change;
  const asked = Object.keys(annotations);
  const kept = Object.keys(manifest.json.annotations ?? {}).filter((name) => keepsBase || !BASE_ANNOTATIONS.has(name));
  const of = { platform: formatPlatform(platform) };
  return [
    ...(manifest.json.subject === undefined ? [] : [{ ...SUBJECT_DROPPED, ...of }]),
    ...(stays && family === "docker" && kept.length + asked.length > 0 ? [{ ...ANNOTATIONS_DROPPED, ...of }] : []),
    ...(!stays && kept.length + asked.length > 0 ? [{ ...ANNOTATIONS_LOST, ...of }] : []),
  ];
}

const ANNOTATIONS_LOST: Diagnostic = {
  rule: "annotations-dropped",
  message: "Annotations were dropped: this engine keeps no manifest, and nothing else holds them; labels stay",
  strict: false,
};

/** R9.6: a subject is dropped, since it was referred to by the old digest. */
export const SUBJECT_DROPPED: Diagnostic = {
  rule: "subject-dropped",
  message: "The manifest refers to another one as its subject; the new image does not",
  strict: false,
};

export const ANNOTATIONS_DROPPED: Diagnostic = {
  rule: "annotations-dropped",
  message: "Annotations were dropped: Docker's media types, which the images need here, have none",
  strict: false,
};
