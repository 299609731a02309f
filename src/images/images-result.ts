import type { Diagnostic } from "../diagnostic.ts";
import type { RunOptions } from "../flatten-options.ts";
import type { ChainId } from "../oci/chain-id.ts";
import type { DiffId, Digest } from "../oci/digest.ts";

/** Options of {@link images}. */
export interface ImagesOptions
  extends Pick<RunOptions, "docker" | "podman" | "registry" | "limits" | "scratch" | "signal" | "onProgress"> {
  /** Only images without a name (true), or only those with one (false). */
  readonly dangling?: boolean;
  /**
   * Only names that match one of these patterns, `repository` or `repository:tag` with `*`, `?` and `[…]`, as in
   * `docker images --filter reference=`.
   */
  readonly references?: readonly string[];
}

/** The images in a place: the same object that `planish images --format json` prints. All sizes are in bytes. */
export interface ImagesResult {
  /** The place that was listed, in the form in which it is given. */
  readonly place: string;
  /** Newest first; an index is listed as one image for each of its platforms. */
  readonly images: readonly ListedImage[];
  /** Of all layers, each counted once: uncompressed in an engine, the size of the blobs elsewhere. */
  readonly size: number;
  /** Of all layers, each counted for every image that has it. */
  readonly unsharedSize: number;
  /** Number of distinct layers. */
  readonly layers: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** An image in a place, for one platform; sizes are in bytes. */
export interface ListedImage {
  /** `repository:tag`, in a layout also a tag alone; empty for a dangling image. */
  readonly names: readonly string[];
  /**
   * A reference to the image, by its first name or, without one, by its ID or position; the images of an index share
   * one.
   */
  readonly reference: string;
  /** The engine's ID; elsewhere the digest of the config, which is the ID in Docker's classic store. */
  readonly id: string;
  /** Digest of the manifest, if known. */
  readonly digest?: Digest | undefined;
  /** `os/arch[/variant]`. */
  readonly platform: string;
  /** RFC 3339. */
  readonly created?: string | undefined;
  /** As the engine counts it; elsewhere the size of the layers' blobs. */
  readonly size: number;
  /** Bottom first. */
  readonly layers: readonly ListedLayer[];
}

/** A layer of a listed image; several images may have it. */
export interface ListedLayer {
  readonly chainId: ChainId;
  readonly diffId: DiffId;
  /** Of the blob, if one is stored. */
  readonly digest?: Digest | undefined;
  /** Absent if an engine's history does not give it. */
  readonly size?: number | undefined;
}
