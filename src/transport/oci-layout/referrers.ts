import { isFlattenError } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import { type Descriptor, saysArtifact } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { type ImageIndex, parseIndex } from "../../oci/image-index.ts";
import { type Manifest, parseManifest } from "../../oci/manifest.ts";
import { isIndexType, isManifestType } from "../../oci/media-type.ts";
import type { BlobStore } from "../blob-store.ts";
import {
  cosignTags,
  distinctReferrers,
  isReferrersTag,
  listedReferrer,
  type Referrer,
  type ReferrerKind,
  referrerOf,
  referrersTag,
} from "../referrer.ts";
import { entryName } from "./entry-name.ts";

/** The parts of a layout that are needed to find referrers. */
export interface LayoutDocuments {
  readonly index: ImageIndex;
  readonly store: BlobStore;
  readonly limits: Limits;
}

/** The `kind` annotations that `cosign save` gives its entries; they refer to the one image in the layout. */
const COSIGN_KINDS: ReadonlyMap<string, ReferrerKind> = new Map([
  ["dev.cosignproject.cosign/sigs", "signature"],
  ["dev.cosignproject.cosign/atts", "attestation"],
]);

/**
 * Tells whether an entry of `index.json` itself says that it is a referrer and not an image. Others may be referrers
 * because of the subject in their manifests.
 */
export function saysReferrer(entry: Descriptor): boolean {
  return saysArtifact(entry) || cosignKind(entry) !== undefined || isReferrersTag(tagOf(entry));
}

/**
 * The referrers of an image in a layout: the manifests in `index.json` with this subject (ORAS), those under the tags
 * that registries use for referrers (skopeo and ORAS copy them), and those that `cosign save` puts beside an image.
 * Reads the manifests and indexes that `index.json` names.
 */
export async function layoutReferrers(
  subject: Digest,
  documents: LayoutDocuments,
  signal: AbortSignal,
): Promise<readonly Referrer[]> {
  const found: Referrer[] = [];
  const asked = { subject, isSaved: isSavedByCosign(subject, documents) };
  for (const entry of documents.index.manifests) {
    signal.throwIfAborted();
    if (entry.digest !== subject && mayRefer(entry)) found.push(...(await referrersIn(entry, asked, documents)));
  }
  return distinctReferrers(found);
}

interface Asked {
  readonly subject: Digest;
  /** Whether `cosign save` wrote the layout for the subject. */
  readonly isSaved: boolean;
}

async function referrersIn(
  entry: Descriptor,
  { subject, isSaved }: Asked,
  documents: LayoutDocuments,
): Promise<Referrer[]> {
  const tag = tagOf(entry);
  const tagged = cosignTags(subject).find((known) => known.tag === tag);
  const saved = isSaved ? cosignKind(entry) : undefined;
  const document = await readEntry(entry, documents);
  if (document === undefined) return [];
  if (tag === referrersTag(subject)) return "manifests" in document ? document.manifests.map(listedReferrer) : [];
  const manifest = "manifests" in document ? undefined : document;
  if (tagged !== undefined) return [referrerOf(entry, manifest, tagged)];
  if (saved !== undefined) return [referrerOf(entry, manifest, { what: saved })];
  return document.subject?.digest === subject ? [referrerOf(entry, manifest)] : [];
}

/** An entry with any other name is an image, of which a layout may hold a thousand: those are not read. */
function mayRefer(entry: Descriptor): boolean {
  return entryName(entry) === undefined || saysReferrer(entry);
}

/** Undefined if the entry is neither a manifest nor an index, or if a partial layout lacks it. */
async function readEntry(
  entry: Descriptor,
  { store, limits }: LayoutDocuments,
): Promise<Manifest | ImageIndex | undefined> {
  const { mediaType } = entry;
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) return undefined;
  try {
    const bytes = await store.document(entry, limits);
    return (isIndexType(mediaType) ? parseIndex(bytes, entry, limits) : parseManifest(bytes, entry, limits)).json;
  } catch (error) {
    if (isFlattenError(error) && error.code === "SOURCE_NOT_FOUND") return undefined;
    throw error;
  }
}

function tagOf(entry: Descriptor): string {
  const name = entryName(entry) ?? "";
  return name.slice(name.lastIndexOf(":") + 1);
}

function cosignKind({ annotations }: Descriptor): ReferrerKind | undefined {
  return COSIGN_KINDS.get(annotations?.kind ?? "");
}

/** `cosign save` marks the entry of the image or index by its kind. */
function isSavedByCosign(subject: Digest, { index }: LayoutDocuments): boolean {
  return index.manifests.some(
    ({ digest, annotations }) => digest === subject && annotations?.kind?.startsWith("dev.cosignproject.cosign/image"),
  );
}
