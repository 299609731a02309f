import { ImageInvalidError, LimitError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { describe } from "../oci/json.ts";
import type { Manifest } from "../oci/manifest.ts";
import { isConfigType, isEncryptedLayer, isErofsLayer, isLayerType } from "../oci/media-type.ts";

/** What a valid manifest describes if not an image. */
export type NotAnImage = "attestation" | "artifact";

/**
 * What a manifest describes if not an image: tools store signatures, charts and attestations in manifests, too (R9.6).
 * Undefined for an image. image-spec manifest.md#guidelines-for-artifact-usage
 */
export function notAnImage({ config, layers }: Manifest): NotAnImage | undefined {
  if (layers.some((layer) => layer.mediaType === "application/vnd.in-toto+json")) return "attestation";
  if (!isConfigType(config.mediaType) && !OLD_CONFIG_TYPES.has(config.mediaType)) return "artifact";
  return layers.length > 0 && !layers.some(isLayerOrRefused) ? "artifact" : undefined;
}

/**
 * The layers of an image, bottom first, without descriptors of other kinds, which engines ignore (R9.8).
 * @throws LimitError LIMIT_EXCEEDED (layers)
 * @throws ImageInvalidError IMAGE_UNSUPPORTED for encrypted and EROFS layers, unless `verbatim` is set
 */
export function imageLayers({ layers }: Manifest, limits: Limits, verbatim: boolean): Descriptor[] {
  if (layers.length > limits.layers) throw new LimitError("layers", limits.layers, layers.length);
  const found = layers.filter(isLayerOrRefused);
  for (const [layer, { mediaType, digest }] of verbatim ? [] : found.entries()) {
    if (isEncryptedLayer(mediaType)) {
      throw unsupported(`layer ${layer} is encrypted`, {
        layer,
        digest,
        hint: "decrypt the image first, for example with skopeo copy --decryption-key",
      });
    }
    if (isErofsLayer(mediaType)) {
      throw unsupported(`layer ${layer} is an EROFS filesystem, not a tar`, { layer, digest });
    }
  }
  return found;
}

/** The error for something that is valid but of a kind that cannot be flattened. */
export function unsupported(
  message: string,
  details: { readonly layer?: number; readonly digest?: string; readonly hint?: string },
): ImageInvalidError {
  return new ImageInvalidError("IMAGE_UNSUPPORTED", message, { details });
}

/** The error for a manifest that describes no image. */
export function notAnImageError(
  what: NotAnImage,
  { descriptor, json }: { descriptor: Descriptor; json: Manifest },
): ImageInvalidError {
  const reason =
    what === "attestation"
      ? "an attestation about an image"
      : `an artifact (config of type ${describe(json.config.mediaType)})`;
  const hint = "name the image itself; planish copy can copy it, to registries and layouts";
  return unsupported(`the manifest describes ${reason}, not an image`, { digest: descriptor.digest, hint });
}

/**
 * Media types that old registries wrote for an image's config; engines still accept them. moby distribution/pull_v2.go
 * (defaultImageTypes)
 */
const OLD_CONFIG_TYPES: ReadonlySet<string> = new Set(["application/octet-stream", "application/json", "text/html"]);

function isLayerOrRefused({ mediaType }: Descriptor): boolean {
  return isLayerType(mediaType) || isErofsLayer(mediaType);
}
