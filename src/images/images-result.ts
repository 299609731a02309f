import type { Diagnostic } from "../diagnostic.ts";
import type { RunOptions } from "../flatten-options.ts";
import type { ChainId } from "../oci/chain-id.ts";
import type { DiffId, Digest } from "../oci/digest.ts";

/** What {@link images} may be told besides. */
export interface ImagesOptions
  extends Pick<RunOptions, "docker" | "podman" | "registry" | "limits" | "scratch" | "signal"> {
  /** Only images without a name, or only those with one. */
  readonly dangling?: boolean;
  /**
   * Only names that fit one of these patterns, `repository` or `repository:tag` with `*`, `?` and `[…]`, as in
   * `docker images --filter reference=`.
   */
  readonly references?: readonly string[];
}

/** The images of a place: the same object that `planish images --format json` prints. All sizes are in bytes. */
export interface ImagesResult {
  /** What was listed, as it can be typed. */
  readonly place: string;
  /** Newest first; an index is one for each of its platforms. */
  readonly images: readonly ListedImage[];
  /** Of all layers, each counted once: `uncompressed` in an engine, as they are stored elsewhere. */
  readonly size: number;
  /** Of all layers, each counted once for each image that has it. */
  readonly unsharedSize: number;
  /** Distinct layers. */
  readonly layers: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** An image of a place, for one platform; sizes in bytes. */
export interface ListedImage {
  /** `repository:tag`, in a layout also a tag alone; none for a dangling image. */
  readonly names: readonly string[];
  /**
   * What to type for it, by the first of its names or, without one, by its ID or its place; an index has one for all
   * its platforms.
   */
  readonly reference: string;
  /** The engine's ID; elsewhere the digest of the config, which is that of Docker's classic store. */
  readonly id: string;
  /** Digest of the manifest, where it is known. */
  readonly digest?: Digest | undefined;
  /** `os/arch[/variant]`. */
  readonly platform: string;
  /** RFC 3339. */
  readonly created?: string | undefined;
  /** As the engine counts it; elsewhere the layers as they are stored. */
  readonly size: number;
  /** Bottom first. */
  readonly layers: readonly ListedLayer[];
}

/** A layer of a listed image; several may have it. */
export interface ListedLayer {
  readonly chainId: ChainId;
  readonly diffId: DiffId;
  /** Of the blob, where one is stored. */
  readonly digest?: Digest | undefined;
  /** Absent where an engine's history does not tell it. */
  readonly size?: number | undefined;
}
