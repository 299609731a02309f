import { ReferenceInvalidError, TransportError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Document } from "../../oci/document.ts";
import type { ImageIndex } from "../../oci/image-index.ts";
import { isIndexType, isManifestType, isSchema1Type } from "../../oci/media-type.ts";
import { asImageName, familiarName } from "../image-name.ts";
import { listed } from "../listed.ts";
import { nameOne } from "../name-one.ts";
import { type FileReference, type Selector, selectedName } from "../reference.ts";
import { entryName, REF_NAME } from "./entry-name.ts";
import { saysReferrer } from "./referrers.ts";

/** The image that a reference selects in a layout's `index.json`. */
export interface Selected {
  readonly root: Descriptor;
  /**
   * `repository:tag` in familiar form, or only a tag if the layout states no repository; the requested one first.
   */
  readonly names: readonly string[];
}

/**
 * Finds the image that a reference means. Without a selector the layout must hold one image, with any number of names,
 * or one image for each of several platforms with one name.
 * @throws ReferenceInvalidError REFERENCE_INVALID if it is ambiguous, TransportError SOURCE_NOT_FOUND, both with the
 * candidates
 */
export function selectEntry(index: Document<ImageIndex>, from: FileReference): Selected {
  const { selector } = from;
  if (selector !== undefined && "position" in selector) return atPosition(index, selector.position, from);
  const entries = index.json.manifests.filter(isImage);
  const found = selector === undefined ? unlessBeside(entries) : withName(entries, selector.name);
  const [first] = found;
  if (first === undefined) throw notFound(entries, from);
  const root = new Set(found.map((entry) => entry.digest)).size === 1 ? first : undefined;
  if (root === undefined && !isPlatformList(found)) throw ambiguous(found, index, from);
  if (root === undefined && found.length < index.json.manifests.length) throw ambiguous(found, index, from);
  const names = unique(found.map(entryName), selectedName(from));
  return { root: root ?? index.descriptor, names };
}

function atPosition(index: Document<ImageIndex>, position: number, from: FileReference): Selected {
  const entry = index.json.manifests[position];
  if (entry === undefined) throw notFound(index.json.manifests, from);
  const names = index.json.manifests.filter(({ digest }) => digest === entry.digest).map(entryName);
  return { root: entry, names: unique([entryName(entry), ...names]) };
}

/** Without a selector, referrers are selected only if there is nothing else. */
function unlessBeside(entries: readonly Descriptor[]): readonly Descriptor[] {
  const images = entries.filter((entry) => !saysReferrer(entry));
  return images.length === 0 ? entries : images;
}

/** Matches the exact `ref.name`, as skopeo does, and only if there is none the full name in normal form. */
function withName(entries: readonly Descriptor[], name: string): readonly Descriptor[] {
  const exact = entries.filter((entry) => refName(entry) === name);
  if (exact.length > 0) return exact;
  const wanted = normalised(name);
  return entries.filter((entry) => wanted !== undefined && entryName(entry) === wanted);
}

function normalised(name: string): string | undefined {
  const parsed = asImageName(name);
  return parsed && familiarName(parsed);
}

/**
 * Leaves out BuildKit's attestations and everything that is not a manifest or an index. Schema 1 is included, so that
 * loading it can say why it is refused.
 */
function isImage(entry: Descriptor): boolean {
  const { annotations = {} } = entry;
  if (annotations["vnd.docker.reference.type"] !== undefined) return false;
  return isIndexType(entry.mediaType) || isManifestType(entry.mediaType) || isSchema1Type(entry.mediaType);
}

/** Some builders write no index of their own, but list one manifest per platform in `index.json` itself. */
function isPlatformList(entries: readonly Descriptor[]): boolean {
  const platforms = entries.map(({ platform: p }) => p && [p.os, p.architecture, p.variant, p["os.version"]].join("/"));
  const distinct = new Set(platforms);
  const names = new Set(entries.map(entryName));
  return names.size === 1 && distinct.size === entries.length && !distinct.has(undefined);
}

function unique(names: readonly (string | undefined)[], wanted = ""): string[] {
  const known = [...new Set(names.filter((name) => name !== undefined))];
  const asked = normalised(wanted);
  return asked !== undefined && known.includes(asked) ? [asked, ...known.filter((name) => name !== asked)] : known;
}

function notFound(entries: readonly Descriptor[], from: FileReference): TransportError {
  const there = entries.length === 0 ? "it holds no image" : `it holds ${candidates(entries)}`;
  return new TransportError("SOURCE_NOT_FOUND", `there is no image ${from.text}: ${there}`, {
    details: { path: from.path, candidates: entries.map(entryName).filter((name) => name !== undefined) },
  });
}

function ambiguous(
  found: readonly Descriptor[],
  index: Document<ImageIndex>,
  from: FileReference,
): ReferenceInvalidError {
  const { manifests } = index.json;
  const byName = Map.groupBy(manifests, refName);
  const selectors = found.map((entry): Selector => {
    const name = refName(entry);
    const isUnique = name !== undefined && byName.get(name)?.length === 1;
    return isUnique ? { name } : { position: manifests.indexOf(entry) };
  });
  return new ReferenceInvalidError(`${from.text} could be ${found.length} images: ${candidates(found)}`, {
    details: nameOne(from, selectors),
  });
}

function refName({ annotations }: Descriptor): string | undefined {
  return annotations?.[REF_NAME];
}

function candidates(entries: readonly Descriptor[]): string {
  return listed(entries.map((entry) => entryName(entry) ?? entry.digest));
}
