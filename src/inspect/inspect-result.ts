import type { Diagnostic } from "../diagnostic.ts";
import type { ImageReferrer } from "../image/attestations.ts";
import type { DiffId, Digest } from "../oci/digest.ts";

/** The documents of an image: the same object that `planish inspect --format json` prints. All sizes are in bytes. */
export interface InspectResult {
  /** A reference to what was read. */
  readonly source: string;
  /** Names that the source has for the image. */
  readonly names: readonly string[];
  /** Digest and media type of what the source names: a manifest, or an index. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** The index, if the source names one. */
  readonly index?: InspectedDocument | undefined;
  /** One per platform, in the order of the index. */
  readonly images: readonly InspectedImage[];
  /** Manifests in the index that describe no image: attestations and artifacts. */
  readonly others: readonly Digest[];
  /** Signatures and the like that are stored beside the images, in a registry or a layout. */
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
  /** Bytes of all layers as they are stored in the source. */
  readonly size: number;
}

/** A JSON document of an image: verified, as text and parsed. */
export interface InspectedDocument {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  /** The exact text, whose bytes have the digest. */
  readonly text: string;
  /**
   * The parsed document; numbers beyond 2^53 lose digits here, but not in `text`, nor where the command line prints
   * this.
   */
  readonly json: unknown;
}

/** A layer as the manifest and the config describe it; its content is not read. */
export interface InspectedLayer {
  /** 0 = bottom. */
  readonly number: number;
  readonly digest: Digest;
  readonly diffId: DiffId;
  readonly mediaType: string;
  readonly size: number;
}
