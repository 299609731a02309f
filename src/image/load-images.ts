import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { inImage, TransportError, UsageError } from "../errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { describe } from "../oci/json.ts";
import { isIndexType, isManifestType, isSchema1Type } from "../oci/media-type.ts";
import { hostPlatform, type Platform, parsePlatforms } from "../oci/platform.ts";
import type { Accepts, Source } from "../transport/contracts.ts";
import { isFarAway } from "../transport/read-ahead.ts";
import { unsupported } from "./check-layers.ts";
import type { Image } from "./image.ts";
import { type IndexTree, type NoImage, namedImage, readIndexTree } from "./index-tree.ts";
import { loadImage, type Unusable } from "./load-image.ts";
import { hasBlob } from "./read-document.ts";
import { type Candidates, type Selection, selectAll, selectDefault, selectPlatforms } from "./select-images.ts";

export interface LoadOptions {
  /** Each `os/arch[/variant]`; all of them must be found. */
  readonly platforms?: readonly string[] | undefined;
  /** Every image of an index, or an error if only one can be used; not together with `platforms`. */
  readonly allPlatforms?: boolean | undefined;
  /** Whether several images can be used: then all of an index are loaded, unless platforms are named. */
  readonly all: boolean;
  /** Accepts what can be copied but not flattened: unsupported images, and manifests and indexes without an image. */
  readonly verbatim?: boolean | undefined;
  /** Accepts manifests and indexes without an image. */
  readonly maybeNone?: boolean | undefined;
}

export interface LoadedImages {
  /** What the reference names: a manifest or an index. */
  readonly root: Descriptor;
  /** Set if the result is an index again: the source is one, and more than one image of it may be used. */
  readonly index?: IndexTree | undefined;
  /** In the order of the index; exactly one if there is no index. Empty only with `verbatim` or `maybeNone`. */
  readonly images: readonly Image[];
  /** Attestations and artifacts in the index, or the root if it is one; callers report those that they leave out. */
  readonly others: readonly NoImage[];
  /** Those that belong to no single image; each image has its own. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads and checks what a source holds: the manifest, or the index and the manifests in it, and their configs. Layers
 * are not read.
 * @throws UsageError PLATFORM_NOT_FOUND; ARGUMENT_INVALID for several platforms, or all of an index, if only one image
 * can be used
 * @throws ImageInvalidError MANIFEST_INVALID, CONFIG_INVALID, DIGEST_MISMATCH, SIZE_MISMATCH, IMAGE_UNSUPPORTED
 * @throws TransportError SOURCE_NOT_FOUND
 * @throws LimitError LIMIT_EXCEEDED
 */
export function loadImages(source: Source, options: LoadOptions, context: Context): Promise<LoadedImages> {
  return inImage(source.reference.text, () => loadFrom(source, options, context));
}

async function loadFrom(source: Source, options: LoadOptions, context: Context): Promise<LoadedImages> {
  const wanted = parsePlatforms(options.platforms ?? []);
  if (options.allPlatforms === true && wanted.length > 0) {
    throw new UsageError("ARGUMENT_INVALID", "all platforms and particular ones are both asked for");
  }
  if (!options.all && wanted.length > 1) {
    throw new UsageError("ARGUMENT_INVALID", `${wanted.length} platforms were named, but only one image fits`, {
      details: { hint: "name one platform, or a destination that holds an index, such as oci:DIR" },
    });
  }
  const root = await source.resolve();
  const fallback = wanted[0] ?? hostPlatform();
  const { verbatim = false, maybeNone = verbatim } = options;
  const load = remembered((descriptor) => loadImage(source, descriptor, { context, fallback, verbatim }));
  if (!isIndexType(root.mediaType)) return loadSingle(root, load, { wanted, maybeNone, signal: context.signal });

  const { tree, candidates, others, diagnostics } = await readIndexTree(source, root, context.limits);
  if (options.allPlatforms === true && !options.all) {
    throw new UsageError("ARGUMENT_INVALID", "all platforms were asked for, but only one image fits", {
      details: { hint: "name one with --platform, or a destination that holds an index: docker://NAME or oci:DIR" },
    });
  }
  const among: Candidates = { descriptors: candidates, load: complete(source, load), signal: context.signal };
  const single = wanted.length === 1 || !options.all;
  const selection = await select();
  return {
    root,
    index: single ? undefined : tree,
    images: selection.images,
    others: [...others, ...selection.others],
    diagnostics: [...diagnostics, ...selection.diagnostics],
  };

  function select(): Promise<Selection> {
    if (wanted.length > 0) return selectPlatforms(among, wanted);
    return options.all ? selectAll(among, { imagesOnly: !maybeNone }) : selectDefault(among, fallback);
  }
}

/** Whether a destination can use several images, given the options: the value for `all` of {@link LoadOptions}. */
export function holdsIndex(
  { index, indexIfAsked = false }: Pick<Accepts, "index" | "indexIfAsked">,
  { platforms = [], allPlatforms = false }: Pick<LoadOptions, "platforms" | "allPlatforms">,
): boolean {
  return index || (indexIfAsked && (allPlatforms || parsePlatforms(platforms).length > 1));
}

type Load = (descriptor: Descriptor) => Promise<Image | Unusable>;

interface SingleOptions {
  readonly wanted: readonly Platform[];
  readonly maybeNone: boolean;
  readonly signal: AbortSignal;
}

async function loadSingle(root: Descriptor, load: Load, options: SingleOptions): Promise<LoadedImages> {
  const { wanted, maybeNone, signal } = options;
  if (!isManifestType(root.mediaType) && !isSchema1Type(root.mediaType)) {
    throw unsupported(`not an image: ${describe(root.mediaType)}`, { digest: root.digest });
  }
  const loaded = await load(root);
  if ("unusable" in loaded) {
    if (!maybeNone || loaded.unusable === "absent" || wanted.length > 0) throw loaded.error;
    return { root, images: [], others: [{ what: loaded.unusable, descriptor: root }], diagnostics: [] };
  }
  if (wanted.length > 0) await selectPlatforms({ descriptors: [root], load, signal }, wanted);
  return { root, images: [loaded], others: [], diagnostics: [] };
}

function remembered(load: Load): Load {
  const loads = new Map<string, Promise<Image | Unusable>>();
  return (descriptor) => {
    const name = namedImage(descriptor);
    const known = loads.get(name) ?? load(descriptor);
    loads.set(name, known);
    return known;
  };
}

/**
 * Wraps `load` to return a reason for images without all their layers: a local archive may lack them (`docker save` of
 * an image that was pulled for another platform). Sources on a network are not asked, since they hold all blobs.
 */
function complete(source: Source, load: Load): Load {
  if (isFarAway(source)) return load;
  return async (manifest) => {
    const loaded = await load(manifest);
    if ("unusable" in loaded) return loaded;
    for (const [layer, { descriptor }] of loaded.layers.entries()) {
      if (await hasBlob(source, descriptor)) continue;
      const error = new TransportError("SOURCE_NOT_FOUND", `the source does not hold layer ${layer} of the image`, {
        details: { layer, digest: descriptor.digest },
      });
      return { unusable: "absent", error };
    }
    return loaded;
  };
}
