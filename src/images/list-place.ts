import pLimit from "p-limit";
import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { ImageInvalidError } from "../errors.ts";
import type { Image } from "../image/image.ts";
import { loadImages } from "../image/load-images.ts";
import { isAbsent } from "../image/read-document.ts";
import { chainIds } from "../oci/chain-id.ts";
import { formatPlatform } from "../oci/platform.ts";
import { openPlace, type PlacedSource } from "../transport/open-place.ts";
import { namesOneImage, type OpenablePlace } from "../transport/place.ts";
import { filterImages, type ImagesFilter } from "./filter-images.ts";
import type { ListedImage } from "./images-result.ts";
import type { Asked, Listing } from "./list-engine.ts";

/** How many manifests or indexes are read at the same time. */
const AT_ONCE = 8;

/**
 * Lists the images of a layout, an archive, a repository or a registry. What is not an image is skipped; what cannot be
 * read becomes a diagnostic, unless the place names one image.
 * @throws what opening the place throws; TransportError, LimitError
 */
export async function listPlace(place: OpenablePlace, { servers, filter }: Asked, context: Context): Promise<Listing> {
  await using open = await openPlace(place, context, servers);
  const limit = pLimit(AT_ONCE);
  const read: Promise<Listing>[] = [];
  const one = namesOneImage(place);
  for await (const source of open.sources) {
    if (!one && !mayMatch(source, filter)) continue;
    const listing = limit(() => (one ? readNamed(source, context) : readSource(source, context)));
    // The error is rethrown below; until then the rejection must not count as unhandled.
    listing.catch(() => {});
    read.push(listing);
  }
  await Promise.allSettled(read);
  const listings = await Promise.all(read);
  return {
    found: merged(listings.flatMap(({ found }) => found)),
    diagnostics: [...open.diagnostics, ...listings.flatMap(({ diagnostics }) => diagnostics)],
  };
}

/** Other sources may be the same image: only all of them together tell whether it has a name. */
function mayMatch({ names, reference }: PlacedSource, { references = [] }: ImagesFilter): boolean {
  return filterImages([{ names, reference: reference.text }], { references }).length > 0;
}

function readNamed(placed: PlacedSource, context: Context): Promise<Listing> {
  return placed.use(async (source) => {
    const { images, diagnostics } = await loadImages(source, { all: true, verbatim: true }, context);
    const known = source.madeManifest !== true;
    return { found: images.map((image) => describe(image, { ...placed, known })), diagnostics };
  });
}

async function readSource(placed: PlacedSource, context: Context): Promise<Listing> {
  try {
    return await readNamed(placed, context);
  } catch (error) {
    // A tag may be deleted while others are read, and a layout may name what it does not hold.
    if (!(error instanceof ImageInvalidError) && !isAbsent(error)) throw error;
    return { found: [], diagnostics: [unreadable(placed, error)] };
  }
}

interface Naming extends Pick<PlacedSource, "names" | "reference"> {
  /** Whether the manifest was pushed or saved, not made up by the source. */
  readonly known: boolean;
}

function describe({ platform, manifest, config, layers }: Image, { names, reference, known }: Naming): ListedImage {
  const chain = chainIds(layers.map(({ diffId }) => diffId));
  return {
    names,
    reference: reference.text,
    id: config.descriptor.digest,
    ...(known && { digest: manifest.descriptor.digest }),
    platform: formatPlatform(platform),
    ...(config.json.created && { created: config.json.created }),
    size: layers.reduce((total, { descriptor }) => total + descriptor.size, 0),
    layers: layers.map(({ descriptor: { digest, size }, diffId }, at) => ({
      chainId: chain[at] as (typeof chain)[number],
      diffId,
      digest,
      size,
    })),
  };
}

/** Sorts `1.9` before `1.10`. */
const byNumber = new Intl.Collator("en", { numeric: true }).compare;

/** Merges listings of the same image under several tags. */
function merged(images: readonly ListedImage[]): ListedImage[] {
  const same = Map.groupBy(images, ({ digest, id, platform }) => `${digest ?? id} ${platform}`);
  return [...same.values()].flatMap((group) => {
    const names = [...new Set(group.flatMap((image) => image.names))].sort(byNumber);
    return group.slice(-1).map((image) => ({ ...image, names }));
  });
}

function unreadable({ text }: PlacedSource, { message }: Error): Diagnostic {
  return { rule: "image-unreadable", message: `${text} cannot be read: ${message}`, strict: false };
}
