import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { type FlattenError, ImageInvalidError, TransportError } from "../errors.ts";
import { type ImageConfig, parseConfig } from "../oci/config.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Document } from "../oci/document.ts";
import { type Manifest, parseManifest } from "../oci/manifest.ts";
import { isForeignLayer, isOciType } from "../oci/media-type.ts";
import type { Platform } from "../oci/platform.ts";
import type { Source } from "../transport/contracts.ts";
import { imageLayers, type NotAnImage, notAnImage, notAnImageError, unsupported } from "./check-layers.ts";
import type { Image } from "./image.ts";
import { imagePlatform, isUnknown } from "./image-platform.ts";
import { hasBlob, isAbsent, readDocument } from "./read-document.ts";

export interface LoadContext {
  readonly context: Context;
  /** The platform to assume for an image that does not name one. */
  readonly fallback: Platform;
  /** Accepts images that cannot be flattened, too: for copies, which do not look into layers. */
  readonly verbatim: boolean;
}

/** Why a manifest cannot be used as an image; `error` is for callers that need this one. */
export interface Unusable {
  readonly unusable: NotAnImage | "absent";
  readonly error: FlattenError;
}

/** How {@link readDocument} reads a manifest. */
export const MANIFEST = { limit: "manifestBytes", parse: parseManifest } as const;
const CONFIG = { limit: "configBytes", parse: parseConfig } as const;

/**
 * Reads and checks the image whose manifest a descriptor names. Returns a reason instead if the manifest does not
 * describe an image, or if its documents are not in the source (partial archives name images of platforms that they do
 * not hold).
 * @throws ImageInvalidError MANIFEST_INVALID, CONFIG_INVALID, DIGEST_MISMATCH, SIZE_MISMATCH; IMAGE_UNSUPPORTED for
 * images that cannot be flattened, unless `verbatim` is set
 * @throws LimitError LIMIT_EXCEEDED (manifestBytes, configBytes, jsonDepth, layers)
 */
export async function loadImage(source: Source, descriptor: Descriptor, load: LoadContext): Promise<Image | Unusable> {
  const { limits } = load.context;
  try {
    const manifest = await readDocument(source, descriptor, { kind: MANIFEST, limits });
    const other = notAnImage(manifest.json);
    if (other !== undefined) return { unusable: other, error: notAnImageError(other, manifest) };
    const layers = imageLayers(manifest.json, limits, load.verbatim);
    const config = await readDocument(source, manifest.json.config, { kind: CONFIG, limits });
    if (isUnknown(config.json)) return { unusable: "attestation", error: notAnImageError("attestation", manifest) };
    return await checkImage(source, { manifest, config, layers }, load);
  } catch (error) {
    if (error instanceof TransportError && isAbsent(error)) return { unusable: "absent", error };
    if (isWithoutRootfs(error)) return { unusable: "artifact", error };
    throw error;
  }
}

/**
 * Whether a config has no root filesystem, so that no engine takes it for an image's: artifacts have such a config that
 * use the media types of images, as policies for OPA do.
 */
function isWithoutRootfs(error: unknown): error is ImageInvalidError {
  return error instanceof ImageInvalidError && error.code === "CONFIG_INVALID" && error.details.property === "rootfs";
}

interface Parts {
  readonly manifest: Document<Manifest>;
  readonly config: Document<ImageConfig>;
  readonly layers: readonly Descriptor[];
}

async function checkImage(source: Source, { manifest, config, layers }: Parts, load: LoadContext): Promise<Image> {
  const platform = imagePlatform(manifest.descriptor, config.json, load.fallback);
  if (!load.verbatim) refuseWindows(platform.platform, config.json, manifest.descriptor.platform !== undefined);
  const diffIds = config.json.rootfs.diff_ids;
  if (diffIds.length !== layers.length) {
    const problem = `the image config names ${diffIds.length} diffIDs, the manifest ${layers.length} layers`;
    throw new ImageInvalidError("CONFIG_INVALID", problem, { details: { digest: config.descriptor.digest } });
  }
  return {
    platform: platform.platform,
    manifest,
    config,
    layers: diffIds.map((diffId, i) => ({ descriptor: layers[i] as Descriptor, diffId })),
    family: isOciType(manifest.descriptor.mediaType) ? "oci" : "docker",
    diagnostics: load.verbatim
      ? []
      : [...platform.diagnostics, ...strangeLayers(manifest.json, layers), ...(await foreignLayers(source, layers))],
  };
}

/** R9.9: a layer of a Windows image holds changes to registry hives, which no merge of files can merge. */
function refuseWindows(platform: Platform, config: ImageConfig, indexed: boolean): void {
  if (platform.os.toLowerCase() !== "windows" && config.os?.toLowerCase() !== "windows") return;
  throw unsupported(
    "the image is for Windows, whose layers hold changes to registry hives that cannot be merged by file",
    {
      ...(indexed ? { hint: "choose the other platforms of the index with --platform" } : {}),
    },
  );
}

function strangeLayers(manifest: Manifest, layers: readonly Descriptor[]): Diagnostic[] {
  if (manifest.layers.length === layers.length) return [];
  const message =
    "The manifest lists blobs among its layers that are not layers; engines ignore them, and so does planish";
  return [{ rule: "non-layer-dropped", message, strict: false }];
}

/** §8: foreign layers may be absent because of their licence; if present, they become part of an ordinary layer. */
async function foreignLayers(source: Source, layers: readonly Descriptor[]): Promise<Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  for (const [layer, descriptor] of layers.entries()) {
    if (!isForeignLayer(descriptor.mediaType) && (descriptor.urls ?? []).length === 0) continue;
    if (!(await hasBlob(source, descriptor))) {
      throw unsupported(`layer ${layer} is foreign: it is stored elsewhere, and the source does not hold it`, {
        layer,
        digest: descriptor.digest,
        hint: "the layer's urls in the manifest say where it is; its licence may say whether it may be copied",
      });
    }
    const message = "The licence of a foreign layer may forbid distributing it, also as a part of another layer";
    diagnostics.push({ rule: "foreign-layer", message, strict: false, layer });
  }
  return diagnostics;
}
