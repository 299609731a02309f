import type { Diagnostic } from "./diagnostic.ts";
import type { DiffId, Digest } from "./oci/digest.ts";
import type { Compression } from "./oci/media-type.ts";
import type { CopyMethod } from "./transport/contracts.ts";

/** What a flatten did: the same object that `--format json` prints. All sizes are in bytes. */
export interface FlattenResult {
  /** What was read and written, as references that can be typed. */
  readonly source: string;
  readonly destination: string;
  /** Names given to the result. */
  readonly tags: readonly string[];
  /** Digest and media type of what the destination names: a manifest, or an index. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** One a platform, in the order of the index. */
  readonly images: readonly FlattenedImage[];
  /** Those that belong to no single image; each image has its own. */
  readonly diagnostics: readonly Diagnostic[];
  readonly milliseconds: number;
}

export interface FlattenedImage {
  /** `os/arch[/variant]`. */
  readonly platform: string;
  /** True when the source was flat already: layer and config are then the source's, byte for byte. */
  readonly alreadyFlat: boolean;
  readonly before: {
    readonly manifest: Digest;
    readonly config: Digest;
    readonly layers: number;
    readonly size: number;
    readonly uncompressedSize: number;
  };
  readonly after: { readonly manifest: Digest; readonly config: Digest; readonly layer: FlattenedLayer };
  readonly entries: { readonly kept: number; readonly hidden: number };
  readonly diagnostics: readonly Diagnostic[];
}

export interface FlattenedLayer {
  readonly digest: Digest;
  readonly diffId: DiffId;
  readonly size: number;
  readonly uncompressedSize: number;
  readonly compression: Compression;
  readonly copied: Readonly<Record<CopyMethod, number>>;
}
