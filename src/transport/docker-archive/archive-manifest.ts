import * as v from "valibot";
import { collect } from "../../bytes/collect.ts";
import { ImageInvalidError, LimitError, ReferenceInvalidError, TransportError } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import { checkJson, type JsonRules, listOf, looseJson, optional, readJson } from "../../oci/json.ts";
import type { Archive } from "../archive/archive.ts";
import { nameInArchive, taggedName } from "../image-name.ts";
import { listed } from "../listed.ts";
import { nameOne } from "../name-one.ts";
import { type FileReference, type Selector, selectedName } from "../reference.ts";

/**
 * One image in a `manifest.json`: paths of members, layers bottom first. Moby image/spec v1.2 §"Combined Image JSON +
 * Filesystem Changeset Format"
 */
export interface ArchiveImage {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

/**
 * Reads an archive's `manifest.json`; undefined if it has none.
 * @throws ImageInvalidError MANIFEST_INVALID; LimitError LIMIT_EXCEEDED (archiveManifestBytes, archiveImages,
 * jsonDepth)
 */
export async function readArchiveManifest(
  archive: Archive,
  limits: Limits,
): Promise<readonly ArchiveImage[] | undefined> {
  const file = await archive.file("manifest.json");
  if (file === undefined) return undefined;
  const bytes = await collect(file.stream(), limits.archiveManifestBytes, "archiveManifestBytes");
  const rules: JsonRules = {
    what: "manifest.json",
    code: "MANIFEST_INVALID",
    limits,
    bytesLimit: "archiveManifestBytes",
  };
  const value = readJson(bytes, rules);
  if (Array.isArray(value) && value.length > limits.archiveImages) {
    throw new LimitError("archiveImages", limits.archiveImages, value.length);
  }
  return checkJson(manifestSchema, value, rules);
}

/**
 * The image that a reference means, and its names, the requested one first.
 * @throws ReferenceInvalidError REFERENCE_INVALID if it is ambiguous, TransportError SOURCE_NOT_FOUND, both with the
 * candidates; ImageInvalidError MANIFEST_INVALID if there are no images
 */
export function selectImage(
  images: readonly ArchiveImage[],
  from: FileReference,
): { image: ArchiveImage; names: string[] } {
  const { selector } = from;
  const found = images.filter((image, position) => {
    if (selector === undefined) return true;
    if ("position" in selector) return position === selector.position;
    return tagsOf(image).includes(nameInArchive(selector.name));
  });
  const [image, ...others] = found;
  if (image === undefined) throw notFound(images, from);
  if (others.some((other) => !sameImage(image, other))) throw ambiguous(images, found, from);
  const names = namesAmong(images)(image);
  const name = selectedName(from);
  if (name === undefined) return { image, names };
  const wanted = nameInArchive(name);
  return { image, names: [wanted, ...names.filter((name) => name !== wanted)] };
}

const listSchema = v.optional(listOf(v.string()), []);

const manifestSchema = v.array(
  looseJson({
    Config: v.pipe(v.string(), v.nonEmpty("expected the path of the config")),
    RepoTags: listSchema,
    Layers: listSchema,
    Parent: optional(v.string()),
  }),
);

/** The names of one entry of a `manifest.json`, in familiar form if they are valid. */
function tagsOf(image: ArchiveImage): string[] {
  return image.RepoTags.map((tag) => taggedName(tag) ?? tag);
}

/**
 * All names of an entry's image, those of the entry first: Docker lists an image once with all its tags, other tools
 * once per tag.
 */
export function namesAmong(images: readonly ArchiveImage[]): (image: ArchiveImage) => string[] {
  const entries = Map.groupBy(images, identityOf);
  return (image) => [...new Set([image, ...(entries.get(identityOf(image)) ?? [])].flatMap(tagsOf))];
}

function sameImage(one: ArchiveImage, other: ArchiveImage): boolean {
  return identityOf(one) === identityOf(other);
}

/** Equal for all entries of one image. */
function identityOf({ Config, Layers }: ArchiveImage): string {
  return JSON.stringify([Config, Layers]);
}

function notFound(images: readonly ArchiveImage[], from: FileReference): Error {
  if (images.length === 0) {
    return new ImageInvalidError("MANIFEST_INVALID", `the manifest.json of ${from.path} lists no image`, {
      details: { path: from.path },
    });
  }
  const { path, candidates } = nameOne(from, selectorsOf(images, images));
  return new TransportError(
    "SOURCE_NOT_FOUND",
    `there is no image ${from.text}: the archive holds ${listed(candidates)}`,
    { details: { path, candidates } },
  );
}

function ambiguous(
  images: readonly ArchiveImage[],
  found: readonly ArchiveImage[],
  from: FileReference,
): ReferenceInvalidError {
  return new ReferenceInvalidError(`${from.text} could be ${found.length} images`, {
    details: nameOne(from, selectorsOf(images, found)),
  });
}

/** For each image that was found a name that no other image has, else its position. */
function selectorsOf(images: readonly ArchiveImage[], found: readonly ArchiveImage[]): Selector[] {
  const named = new Map<string, Set<string>>();
  for (const image of images) {
    for (const name of tagsOf(image)) named.set(name, (named.get(name) ?? new Set()).add(identityOf(image)));
  }
  return found.map((image) => {
    const name = tagsOf(image).find((each) => named.get(each)?.size === 1);
    return name === undefined ? { position: images.indexOf(image) } : { name };
  });
}
