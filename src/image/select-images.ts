import { inOrder } from "../bytes/in-order.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { type FlattenError, isFlattenError, UsageError } from "../errors.ts";
import { type Descriptor, distinctBlobs } from "../oci/descriptor.ts";
import { compatiblePlatforms, formatPlatform, type Platform } from "../oci/platform.ts";
import { listed } from "../transport/listed.ts";
import { unsupported } from "./check-layers.ts";
import type { Image } from "./image.ts";
import type { NoImage } from "./index-tree.ts";
import type { Unusable } from "./load-image.ts";

export interface Selection {
  readonly images: readonly Image[];
  /** Manifests that, when read, turned out not to describe an image. */
  readonly others: readonly NoImage[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The manifests of an index to choose from; `load` reads each at most once. */
export interface Candidates {
  readonly descriptors: readonly Descriptor[];
  load(descriptor: Descriptor): Promise<Image | Unusable>;
  readonly signal: AbortSignal;
}

/** How many images are read besides the one that is waited for: each costs two round trips to a registry. */
const AHEAD = 7;

/**
 * Every image of an index, in its order, once even if it is named for several platforms, and its other manifests. What
 * is not in the source is left out with a diagnostic.
 * @throws ImageInvalidError IMAGE_UNSUPPORTED if there is no image, unless `imagesOnly` is false and nothing is missing
 */
export async function selectAll(
  { descriptors, load, signal }: Candidates,
  { imagesOnly = true } = {},
): Promise<Selection> {
  const images: Image[] = [];
  const others: NoImage[] = [];
  const diagnostics: Diagnostic[] = [];
  let unusable: Unusable | undefined;
  const read = async (descriptor: Descriptor) => ({ descriptor, loaded: await load(descriptor) });
  for await (const { descriptor, loaded } of inOrder(distinctBlobs(descriptors), read, { ahead: AHEAD, signal })) {
    if (!("unusable" in loaded)) images.push(loaded);
    else {
      unusable = loaded;
      if (loaded.unusable === "absent") diagnostics.push(missing(descriptor));
      else others.push({ what: loaded.unusable, descriptor });
    }
  }
  if (images.length > 0 || (!imagesOnly && diagnostics.length === 0)) return { images, others, diagnostics };
  throw unusable?.error ?? unsupported("the index names no image", {});
}

/**
 * The images for given platforms, one for each, in the order of the index. Reads only the manifests for these
 * platforms, so it does not matter whether a partial archive lacks others.
 * @throws UsageError PLATFORM_NOT_FOUND, naming the platforms that exist
 * @throws TransportError SOURCE_NOT_FOUND if the index names an image for the platform that the source does not hold
 */
export async function selectPlatforms(candidates: Candidates, wanted: readonly Platform[]): Promise<Selection> {
  const images = new Map<string, Image>();
  for (const platform of wanted) {
    const found = await findImage(candidates, platform);
    if (found === undefined) throw await platformNotFound(candidates, platform);
    if ("unusable" in found) throw await unusableFor(platform, found, candidates);
    images.set(found.manifest.descriptor.digest, found);
  }
  const chosenImages = new Set(candidates.descriptors.flatMap(({ digest }) => images.get(digest) ?? []));
  return { images: [...chosenImages], others: [], diagnostics: [] };
}

/**
 * The image to use if no platform was named: the one for the host, else the only one for the host's operating system
 * that the source holds. The choice is reported as a diagnostic, unless the index names only the host's.
 * @throws UsageError PLATFORM_NOT_FOUND
 */
export async function selectDefault(candidates: Candidates, host: Platform): Promise<Selection> {
  const found = await findImage(candidates, host);
  if (found !== undefined && !("unusable" in found)) {
    const several = "The source holds images for several platforms";
    const diagnostics =
      candidates.descriptors.length === 1 ? [] : [chosen(found, several, ", --platform selects another")];
    return { images: [found], others: [], diagnostics };
  }
  const descriptors = candidates.descriptors.filter(({ platform }) => (platform?.os ?? host.os) === host.os);
  if (descriptors.length === 0) throw await platformNotFound(candidates, host);
  const { images } = await selectAll({ ...candidates, descriptors });
  const [only] = images;
  if (images.length !== 1 || only === undefined) {
    throw await platformNotFound(
      { ...candidates, descriptors: images.map(({ manifest }) => manifest.descriptor) },
      host,
    );
  }
  return { images, others: [], diagnostics: [chosen(only, `The source holds no image for ${formatPlatform(host)}`)] };
}

/** The best image for a platform; a reason if those that the index names for it cannot be used. */
async function findImage(candidates: Candidates, wanted: Platform): Promise<Image | Unusable | undefined> {
  let unusable: Unusable | undefined;
  for (const name of compatiblePlatforms(wanted).map(formatPlatform)) {
    for (const descriptor of candidates.descriptors) {
      if ((await platformOf(candidates, descriptor)) !== name) continue;
      const loaded = await candidates.load(descriptor);
      if (!("unusable" in loaded)) return loaded;
      unusable = loaded;
    }
  }
  return unusable;
}

/** Reads the image if the index does not name its platform. */
async function platformOf({ load }: Candidates, descriptor: Descriptor): Promise<string | undefined> {
  if (descriptor.platform?.os && descriptor.platform.architecture) return formatPlatform(descriptor.platform);
  const loaded = await load(descriptor);
  return "unusable" in loaded ? undefined : formatPlatform(loaded.platform);
}

/** The reason's error, with the platform that was asked for and those whose images can be loaded. */
async function unusableFor(wanted: Platform, { error }: Unusable, candidates: Candidates): Promise<FlattenError> {
  const available = await platformNames(candidates, loadablePlatform);
  const hint = available.length === 0 ? {} : { hint: `the source holds images for: ${listed(available)}` };
  error.details = { platform: formatPlatform(wanted), available, ...hint, ...error.details };
  return error;
}

async function platformNotFound(candidates: Candidates, wanted: Platform): Promise<UsageError> {
  const available = await platformNames(candidates, platformOf);
  const platform = formatPlatform(wanted);
  const hint = available.length === 0 ? "the source names no image at all" : `choose one of: ${listed(available)}`;
  return new UsageError("PLATFORM_NOT_FOUND", `no image for ${platform}`, { details: { platform, available, hint } });
}

/** The platforms of the candidates, each once, in the order of the index. */
async function platformNames(candidates: Candidates, nameOf: typeof platformOf): Promise<string[]> {
  const names = new Set<string>();
  for (const descriptor of candidates.descriptors) {
    const name = await nameOf(candidates, descriptor);
    if (name !== undefined) names.add(name);
  }
  return [...names];
}

/** Undefined for an image that cannot be loaded, so that its error does not hide that of the image asked for. */
async function loadablePlatform({ load }: Candidates, descriptor: Descriptor): Promise<string | undefined> {
  try {
    const loaded = await load(descriptor);
    return "unusable" in loaded ? undefined : formatPlatform(loaded.platform);
  } catch (error) {
    if (isFlattenError(error)) return undefined;
    throw error;
  }
}

function missing({ platform }: Descriptor): Diagnostic {
  return {
    rule: "platform-missing",
    message: "The index names an image that the source does not hold; it was left out",
    strict: false,
    platform: platform === undefined ? undefined : formatPlatform(platform),
  };
}

function chosen(image: Image, why: string, rest = ""): Diagnostic {
  const platform = formatPlatform(image.platform);
  return { rule: "platform-chosen", message: `${why}; ${platform} was selected${rest}`, strict: false, platform };
}
