import type { Diagnostic } from "./diagnostic.ts";
import type { ImageReferrer } from "./image/attestations.ts";
import type { Image } from "./image/image.ts";
import type { CopyPlan } from "./image/plan-copy.ts";
import type { Descriptor } from "./oci/descriptor.ts";
import type { Digest } from "./oci/digest.ts";
import { formatPlatform } from "./oci/platform.ts";

/** What a copy did: the same object that `--format json` prints. All sizes are in bytes. */
export interface CopyResult {
  /** References to what was read and written. */
  readonly source: string;
  readonly destination: string;
  /** Names given to the copy. */
  readonly tags: readonly string[];
  /** Digest and media type of what the destination names: a manifest, or an index. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** True if the digest is the source's, so that every byte of the image is the same. */
  readonly identical: boolean;
  /** One per platform, in the order of the index. */
  readonly images: readonly CopiedImage[];
  /** Manifests that were copied too and describe no image: attestations and artifacts. */
  readonly others: readonly Digest[];
  /** Signatures and the like that are stored beside the source, in a registry or a layout, and not beside the copy. */
  readonly referrers: readonly ImageReferrer[];
  /** Those that belong to no single image; each image has its own. */
  readonly diagnostics: readonly Diagnostic[];
  readonly milliseconds: number;
}

/** One platform's image as it is in the destination. */
export interface CopiedImage {
  /** `os/arch[/variant]`. */
  readonly platform: string;
  /** Digest of its manifest in the destination. */
  readonly manifest: Digest;
  /** Digest of its manifest in the source. */
  readonly sourceManifest: Digest;
  readonly config: Digest;
  /** Bottom first. */
  readonly layers: readonly CopiedLayer[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A layer of a copied image; `size` is in bytes of its blob. */
export interface CopiedLayer {
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
  readonly method: CopiedHow;
}

/**
 * `copied`: byte for byte. `present`: the destination had it already. `recompressed`: the same tar, compressed again.
 * `elsewhere`: a foreign layer that stays where its urls say.
 */
export type CopiedHow = "copied" | "present" | "recompressed" | "elsewhere";

/** The blob of a layer in the destination, and how it came there. */
export interface CopiedBlob {
  readonly descriptor: Descriptor;
  readonly method: CopiedHow;
}

/** The entry for one image in a {@link CopyResult}. */
export function describeCopied(
  { platform, manifest, config }: Image,
  { layers }: CopyPlan,
  written: {
    readonly manifest: Descriptor;
    readonly layers: readonly CopiedBlob[];
    readonly diagnostics: readonly Diagnostic[];
  },
): CopiedImage {
  return {
    platform: formatPlatform(platform),
    manifest: written.manifest.digest,
    sourceManifest: manifest.descriptor.digest,
    config: config.descriptor.digest,
    layers: written.layers
      .filter((_, at) => layers[at]?.number !== undefined)
      .map(({ descriptor: { digest, size, mediaType }, method }) => ({ digest, size, mediaType, method })),
    diagnostics: written.diagnostics,
  };
}
