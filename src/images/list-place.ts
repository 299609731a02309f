import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { type FlattenError, ImageInvalidError, isFlattenError, LimitError } from "../errors.ts";
import type { Image } from "../image/image.ts";
import { loadImages } from "../image/load-images.ts";
import { isAbsent } from "../image/read-document.ts";
import { chainIds } from "../oci/chain-id.ts";
import type { Digest } from "../oci/digest.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { Source } from "../transport/contracts.ts";
import { type OpenPlace, openPlace, type PlacedSource } from "../transport/open-place.ts";
import { namesOneImage, type OpenablePlace } from "../transport/place.ts";
import { filterImages, type ImagesFilter } from "./filter-images.ts";
import type { ListedImage } from "./images-result.ts";
import type { Asked, Listing } from "./list-engine.ts";
import { readEach } from "./read-each.ts";

/**
 * Lists the images of a layout, an archive, a repository or a registry. What is not an image is skipped; what cannot be
 * read becomes a diagnostic, unless the place names one image.
 * @throws what opening the place throws; TransportError, LimitError
 */
export async function listPlace(place: OpenablePlace, asked: Asked, context: Context): Promise<Listing> {
  const { servers, filter, report } = asked;
  const stop = new AbortController();
  const own = { ...context, signal: AbortSignal.any([context.signal, stop.signal]) };
  await using open = await openPlace(place, own, servers);
  const read = readerOf(own);
  const listings = namesOneImage(place)
    ? await readEach(open.sources, { read, stop })
    : await readEach(matching(open.sources, filter), {
        read: (source) => readIfFine(source, read),
        begin: ({ reference }, number, total) => report?.({ type: "image", label: reference.text, number, total }),
        stop,
      });
  return {
    found: merged(listings.flatMap(({ found }) => found)),
    diagnostics: [...open.diagnostics, ...listings.flatMap(({ diagnostics }) => diagnostics)],
  };
}

/** Sources of which a name matches; whether an image has none is known only when all of them have been read. */
async function* matching(
  sources: OpenPlace["sources"],
  { references = [] }: ImagesFilter,
): AsyncGenerator<PlacedSource> {
  for await (const source of sources) {
    const { names, reference } = source;
    if (filterImages([{ names, reference: reference.text }], { references }).length > 0) yield source;
  }
}

type Reader = (placed: PlacedSource) => Promise<Listing>;

/** Reads what several tags name only once, except for its manifest or index, which tells that it is the same. */
function readerOf(context: Context): Reader {
  const seen = new Map<Digest, Promise<Described>>();
  return ({ names, reference, use }) =>
    use(async (source) => {
      const { digest } = await source.resolve();
      const read = (): Promise<Described> => readSource(source, context);
      const described = seen.get(digest)?.catch(read) ?? read();
      seen.set(digest, described);
      const { images, diagnostics } = await described;
      return { found: images.map((image) => ({ ...image, names, reference: reference.text })), diagnostics };
    });
}

type DescribedImage = Omit<ListedImage, "names" | "reference">;

/** What a source holds, whatever its names are. */
interface Described extends Pick<Listing, "diagnostics"> {
  readonly images: readonly DescribedImage[];
}

async function readSource(source: Source, context: Context): Promise<Described> {
  const { images, diagnostics } = await loadImages(source, { all: true, verbatim: true }, context);
  // A manifest that the source made up was neither pushed nor saved.
  const hasDigest = source.madeManifest !== true;
  return { images: images.map((image) => describe(image, hasDigest)), diagnostics };
}

async function readIfFine(placed: PlacedSource, read: Reader): Promise<Listing> {
  try {
    return await read(placed);
  } catch (error) {
    return { found: [], diagnostics: [unreadable(placed.text, error)] };
  }
}

function describe({ platform, manifest, config, layers }: Image, hasDigest: boolean): DescribedImage {
  const chain = chainIds(layers.map(({ diffId }) => diffId));
  return {
    id: config.descriptor.digest,
    ...(hasDigest && { digest: manifest.descriptor.digest }),
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

/** Merges listings of the same image under several tags. */
function merged(images: readonly ListedImage[]): ListedImage[] {
  // 1.9 before 1.10. Not made when the module is loaded, which every command does: it takes 5 ms.
  const byNumber = new Intl.Collator("en", { numeric: true }).compare;
  const same = Map.groupBy(images, ({ digest, id, platform }) => `${digest ?? id} ${platform}`);
  return [...same.values()].flatMap((group) => {
    const names = [...new Set(group.flatMap((image) => image.names))].sort(byNumber);
    return group.slice(-1).map((image) => ({ ...image, names }));
  });
}

/**
 * The diagnostic for an image of a place that cannot be read.
 * @throws the error itself, if it is not about this image alone
 */
export function unreadable(text: string, error: unknown): Diagnostic {
  if (!isAboutImage(error)) throw error;
  const { message } = error;
  return { rule: "image-unreadable", message: `${text} cannot be read: ${message}`, strict: false };
}

/** A tag may be deleted while others are read, and a layout may name what it does not hold. */
function isAboutImage(error: unknown): error is FlattenError {
  if (error instanceof ImageInvalidError || error instanceof LimitError || isAbsent(error)) return true;
  // Docker and its registry answer so if they have lost a part of the image. A registry that is down or limits its
  // requests has other statuses.
  return isFlattenError(error) && (error.details.status === 500 || error.details.request !== undefined);
}
