import type { Digest } from "../oci/digest.ts";
import type { ConfigDifference } from "./compare-configs.ts";
import type { ComparedFilesystem } from "./compare-filesystems.ts";
import type { Difference } from "./differences.ts";

/** What a comparison of two images, or of two indexes, found; plain data. */
export interface Verification {
  /** Whether everything that was compared is the same. */
  readonly equal: boolean;
  /** One a platform, in the order of the source. */
  readonly images: readonly VerifiedImage[];
  /**
   * Platforms, `os/arch[/variant]`, that only one side has. Between two indexes they are a difference; next to a single
   * image the rest of an index is not looked at.
   */
  readonly unpaired: { readonly source: readonly string[]; readonly flat: readonly string[] };
  /** Fields of the config that were not compared; `*` where none was, since a root filesystem has no config. */
  readonly ignored: readonly string[];
}

/** Two images of one platform. */
export interface VerifiedImage {
  /** `os/arch[/variant]` of the source. */
  readonly platform: string;
  readonly equal: boolean;
  readonly source: VerifiedSide;
  readonly flat: VerifiedSide;
  /**
   * Entries of the source that were not compared, since they were to be left out; its figures are those of the rest.
   */
  readonly excluded: number;
  /** Of the filesystems, in the order of the paths. */
  readonly differences: readonly Difference[];
  /** Of the configs. */
  readonly config: readonly ConfigDifference[];
}

/** One of the two images in figures. */
export interface VerifiedSide extends ComparedFilesystem {
  readonly manifest: Digest;
  readonly layers: number;
}
