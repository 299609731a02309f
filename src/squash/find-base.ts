import type { Context } from "../context.ts";
import { isFlattenError, UsageError } from "../errors.ts";
import type { Image } from "../image/image.ts";
import { loadImages } from "../image/load-images.ts";
import { chainIds } from "../oci/chain-id.ts";
import { isDigest } from "../oci/digest.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { Source } from "../transport/contracts.ts";
import { openSource } from "../transport/open-source.ts";
import type { Servers } from "../transport/servers.ts";
import { baseByAnnotation } from "./base-by-annotation.ts";
import { baseByHistory } from "./base-by-history.ts";
import { baseByNeighbour, listNeighbours, type Neighbour } from "./base-by-neighbour.ts";
import type { FoundBase } from "./found-base.ts";
import { type BaseImage, isBaseOf, sharedLayers } from "./is-base-of.ts";
import { beginsDigest, DIGEST_START, layersNamed, type NamedLayer, savedLayers } from "./layer-range.ts";

/** Which base to look for, and where. */
export interface BaseSearch {
  /** A reference, the digest of a layer or its beginning, or `auto`. */
  readonly wanted: string;
  /** The source of the images. */
  readonly from: Source;
  readonly servers: Servers;
}

/** Finds the base of each image of a run. */
export interface BaseFinder {
  /**
   * @throws UsageError ARGUMENT_INVALID if what is wanted is not a base of the image, or none is found
   * @throws what opening and loading the base throws
   */
  find(image: Image): Promise<FoundBase>;
  /**
   * Refuses a named base as `find` would, from the diffIDs that the source knows before it is read; does nothing if it
   * knows none.
   */
  check(): Promise<void>;
}

/** The part of an image that a named base is compared with. */
interface Stack extends Pick<Image, "platform"> {
  readonly layers: readonly NamedLayer[];
}

/** Opens nothing before it is needed; bases and the source's neighbours are read once. */
export function createBaseFinder(search: BaseSearch, context: Context): BaseFinder {
  const bases = new Map<string, Promise<readonly BaseImage[]>>();
  const load: LoadBases = (reference, image) => {
    const key = `${reference} ${formatPlatform(image.platform)}`;
    const known = bases.get(key) ?? loadBases(reference, image, { search, context });
    bases.set(key, known);
    return known;
  };
  let neighbours: Promise<readonly Neighbour[]> | undefined;
  return {
    async find(image) {
      if (search.wanted !== "auto") return named(search.wanted, image, load);
      const annotated = await baseByAnnotation(image, (reference) => load(reference, image));
      if (annotated !== undefined) return annotated;
      neighbours ??= listNeighbours(search.from.reference, search.servers, context);
      const found = baseByNeighbour(image, await neighbours) ?? baseByHistory(image);
      if (found !== undefined) return found;
      throw new UsageError(
        "ARGUMENT_INVALID",
        "--base auto: found no base, neither by annotations nor among the images beside it nor in the history",
        {
          details: { hint: "name it: --base REFERENCE, or the digest of its topmost layer" },
        },
      );
    },
    async check() {
      const { diffIds, platform } = search.from;
      if (search.wanted === "auto" || diffIds === undefined || platform === undefined) return;
      const layers = savedLayers(diffIds);
      await named(search.wanted, { layers, platform }, load);
    },
  };
}

type LoadBases = (reference: string, image: Stack) => Promise<readonly BaseImage[]>;

async function named(wanted: string, image: Stack, load: LoadBases): Promise<FoundBase> {
  const layer = topLayer(wanted, image);
  if (layer !== undefined) return { layers: layer + 1, how: "layer", name: wanted };
  if (isDigest(wanted)) throw noLayer(wanted);
  const candidates = await loadNamed(wanted, image, load);
  const base = candidates.find((candidate) => isBaseOf(candidate, image));
  if (base === undefined) throw notTheBase(wanted, image, candidates);
  return { layers: base.layers.length, how: "named", name: wanted, digest: base.digest };
}

/**
 * Adds to an error that it is about the base, not about the image being squashed, and why a text that looks like the
 * beginning of a digest was taken for a name.
 */
async function loadNamed(wanted: string, image: Stack, load: LoadBases): Promise<readonly BaseImage[]> {
  try {
    return await load(wanted, image);
  } catch (error) {
    const hint = {
      hint: "no layer has a digest, diffID or chainID that begins like this: it was taken for the name of an image",
    };
    const named = { base: wanted, ...(DIGEST_START.test(wanted) && hint) };
    if (isFlattenError(error)) error.details = { ...error.details, ...named };
    throw error;
  }
}

/**
 * The layer that a digest, diffID or chainID names, or the beginning of one as `history` prints it; the topmost of
 * several.
 */
function topLayer(text: string, image: Stack): number | undefined {
  if (!DIGEST_START.test(text)) return undefined;
  const chain = chainIds(image.layers.map(({ diffId }) => diffId));
  const inChain = chain.findLastIndex((id) => beginsDigest(id, text));
  const found = Math.max(inChain, ...layersNamed(text, image));
  return found === -1 ? undefined : found;
}

function noLayer(wanted: string): UsageError {
  const message = `--base: ${wanted} is not the digest, diffID or chainID of any of the image's layers`;
  const hint =
    "planish history lists the layers; a whole image is named by its reference, such as docker://NAME@DIGEST or docker-daemon:ID";
  return new UsageError("ARGUMENT_INVALID", message, { details: { hint } });
}

function notTheBase(wanted: string, image: Stack, candidates: readonly BaseImage[]): UsageError {
  const shared = Math.max(0, ...candidates.map(({ layers }) => sharedLayers(layers, image.layers)));
  const of = candidates.map(({ layers }) => layers.length).join(" or ");
  const common = shared === 0 ? "they share no layer" : `they share ${shared} of its ${of} layers`;
  return new UsageError("ARGUMENT_INVALID", `--base: the image does not start with the layers of ${wanted}`, {
    details: { hint: `${common}; the base must be the exact build that the image was made from` },
  });
}

async function loadBases(
  reference: string,
  { platform }: Stack,
  { search, context }: { readonly search: BaseSearch; readonly context: Context },
): Promise<readonly BaseImage[]> {
  await using source = await openSource(reference, context, search.servers);
  // Otherwise Docker would save the whole base, only for its config.
  if (source.diffIds !== undefined) return [{ layers: source.diffIds.map((diffId) => ({ diffId })) }];
  const { images } = await loadImages(source, { platforms: [formatPlatform(platform)], all: true }, context);
  return images.map(({ layers, manifest }) => ({ layers, digest: manifest.descriptor.digest }));
}
