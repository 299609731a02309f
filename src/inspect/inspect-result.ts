import type { Diagnostic } from "../diagnostic.ts";
import type { ImageReferrer } from "../image/attestations.ts";
import type { DiffId, Digest } from "../oci/digest.ts";

/**
 * What an image says of itself: the same object that `planish inspect --format json` prints. All sizes are in bytes.
 */
export interface InspectResult {
  /** What was read, as a reference that can be typed. */
  readonly source: string;
  /** Names under which the source knows the image. */
  readonly names: readonly string[];
  /** Digest and media type of what the source names: a manifest, or an index. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** The index, where the source names one. */
  readonly index?: InspectedDocument | undefined;
  /** One a platform, in the order of the index. */
  readonly images: readonly InspectedImage[];
  /** Manifests in the index that describe no image: attestations and artifacts. */
  readonly others: readonly Digest[];
  /** Signatures and the like that lie beside the images, in a registry or a layout. */
  readonly referrers: readonly ImageReferrer[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One platform's image. */
export interface InspectedImage {
  /** `os/arch[/variant]`. */
  readonly platform: string;
  readonly manifest: InspectedDocument;
  readonly config: InspectedDocument;
  /** Bottom first. */
  readonly layers: readonly InspectedLayer[];
  /** Bytes of all layers as they lie in the source. */
  readonly size: number;
}

/** A JSON document of an image: verified, parsed, and as it is written. */
export interface InspectedDocument {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  /** The exact text, whose bytes have the digest. */
  readonly text: string;
  /** The same parsed; numbers beyond 2^53 lose digits here and not in `text`. */
  readonly json: unknown;
}

/** A layer as the manifest and the config describe it; nothing was read of it. */
export interface InspectedLayer {
  /** 0 = bottom. */
  readonly number: number;
  readonly digest: Digest;
  readonly diffId: DiffId;
  readonly mediaType: string;
  readonly size: number;
}
