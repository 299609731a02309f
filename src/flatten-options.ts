import type { ImageChanges } from "./image/change-image.ts";
import type { Limits } from "./limits.ts";
import type { Compression } from "./oci/media-type.ts";
import type { Profile } from "./plan/merge-plan.ts";
import type { ProgressEvent } from "./progress/events.ts";
import type { PruneName } from "./prune/prune-profiles.ts";
import type { SquashOptions } from "./squash-options.ts";
import type { TransportOptions } from "./transport/transport-options.ts";

/** Options of every operation on images. Everything is optional; the defaults are those of the command line. */
export interface RunOptions extends TransportOptions {
  /**
   * Platforms of an index to use, each `os/arch[/variant]`; by default all if the result can hold an index, else linux
   * on this architecture.
   */
  readonly platforms?: readonly string[];
  /**
   * Which engine's view is kept where engines differ. `auto`, the default, means the engine that the image comes from,
   * and `containerd` for archives, layouts and registries.
   */
  readonly profile?: Profile | "auto";
  /** Turns diagnostics that are marked `strict` into errors. */
  readonly strict?: boolean;
  /**
   * Accepts tars that engines disagree on or refuse: escaping names are clamped to the root, old GNU sparse files are
   * expanded.
   */
  readonly lenientTar?: boolean;
  readonly limits?: Partial<Limits>;
  /** Directory for temporary files; the system's temporary directory by default. */
  readonly scratch?: string;
  /**
   * A folder that keeps the indexes of layers for later runs, so that a known layer is not inflated again to be listed.
   * Created with access for this user alone if it is missing; runs may share it at the same time. What it says about a
   * digest is trusted. None by default.
   */
  readonly cache?: string | undefined;
  /**
   * The most bytes that the cache holds when a run that wrote to it ends, 256 MiB by default; the least recently used
   * files go first.
   */
  readonly cacheSize?: number | undefined;
  /**
   * How much work runs in parallel, by default the number of cores, but no more than a 32nd of the MiB to which a
   * container limits the process. Each piece takes some 16 MiB. Never changes the bytes of the result.
   */
  readonly concurrency?: number;
  /** Aborts the run with the signal's reason; nothing is left behind. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
}

/** Options of {@link flatten}. */
export interface FlattenOptions extends RunOptions, ImageChanges, SquashOptions {
  /** `auto`, the default: what suits the destination best. */
  readonly compression?: Compression | "auto";
  /** gzip 0–9, zstd 1–22; 6 and 3 by default. If given, all data is compressed again. */
  readonly compressionLevel?: number;
  /**
   * Writes every header in one normal form, so that equal filesystems have equal diffIDs, whatever tool built them.
   */
  readonly canonical?: boolean;
  /**
   * Patterns of paths to leave out, by the rules of .dockerignore: the last match decides; `!` keeps a path, even one
   * that `prune` would leave out.
   */
  readonly exclude?: readonly string[];
  /** Kinds of content to leave out, see docs/prune.md. */
  readonly prune?: readonly PruneName[];
  /** Comment of the history entry for the new layer; by default it says which layers became one. */
  readonly message?: string;
  /**
   * Annotations of the manifests. They need OCI's media types, which are then used if the destination accepts them.
   */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * What becomes of the signatures and attestations of the source, which refer to the old images: they are left out,
   * the default, or kept as a record beside the new images, if the result is an OCI index.
   */
  readonly attestations?: "drop" | "keep-as-history";
  /**
   * Records what the result was made from: `statement` as an in-toto statement in the result of the call, `annotate`
   * also in annotations of the manifests.
   */
  readonly provenance?: "statement" | "annotate";
  /** RFC 3339 time for the config's `created`, which is kept by default. */
  readonly created?: string;
  /** Also sets the time of files that are newer than `created` to `created`. */
  readonly rewriteTimestamp?: boolean;
  /** Names of the result, `repository:tag`; by default those of the source. */
  readonly tags?: readonly string[];
  /**
   * Requires all platforms of an index; an error if the destination can hold only one image.
   */
  readonly allPlatforms?: boolean;
  /**
   * Reads back the result, and the source again, and compares them as {@link verify} does; `verified` in the result
   * says what was found. A difference is not an error, since the result is already written; it also stays if the
   * comparison fails or is aborted.
   */
  readonly verify?: boolean;
  /** Called once, when the result exists under its reference; it stays there whatever happens later. */
  readonly onCommitted?: (reference: string) => void;
  /** Replaces an existing destination. */
  readonly force?: boolean;
  /**
   * Allows a name to move from the source to the result, in the same engine: the source keeps only its ID. An error if
   * the result gets none of the source's names.
   */
  readonly inPlace?: boolean;
}
