import type { Digest } from "../oci/digest.ts";
import type { ConfigDifference } from "./compare-configs.ts";
import type { ComparedFilesystem } from "./compare-filesystems.ts";
import type { Difference } from "./differences.ts";

/** The result of comparing two images, or two indexes; plain data. */
export interface Verification {
  /** Whether everything that was compared is the same. */
  readonly equal: boolean;
  /** One a platform, in the order of the source. */
  readonly images: readonly VerifiedImage[];
  /**
   * Platforms, `os/arch[/variant]`, that only one side has. Between two indexes they are a difference; compared with a
   * single image, the rest of an index does not count.
   */
  readonly unpaired: { readonly source: readonly string[]; readonly flat: readonly string[] };
  /** Fields of the config that were not compared; `*` for all, since a root filesystem has no config. */
  readonly ignored: readonly string[];
}

/** Two images of one platform. */
export interface VerifiedImage {
  /** `os/arch[/variant]` of the source. */
  readonly platform: string;
  readonly equal: boolean;
  readonly source: VerifiedSide;
  readonly flat: VerifiedSide;
  /** Entries of the source that were not compared, since they were to be left out; its figures do not include them. */
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
