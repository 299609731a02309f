import type { ImageChanges } from "./image/change-image.ts";
import type { Limits } from "./limits.ts";
import type { Compression } from "./oci/media-type.ts";
import type { Profile } from "./plan/merge-plan.ts";
import type { ProgressEvent } from "./progress/events.ts";
import type { PruneName } from "./prune/prune-profiles.ts";
import type { SquashOptions } from "./squash-options.ts";
import type { TransportOptions } from "./transport/transport-options.ts";

/** What every operation on images may be told. Everything is optional; the defaults are those of the command line. */
export interface RunOptions extends TransportOptions {
  /**
   * Platforms of an index to take, each `os/arch[/variant]`; by default all where the result can hold an index, else
   * linux on this architecture.
   */
  readonly platforms?: readonly string[];
  /**
   * Which engine's view is kept where engines differ. `auto`, the default, is that of the engine which the image comes
   * from, and `containerd` for archives, layouts and registries.
   */
  readonly profile?: Profile | "auto";
  /** Makes diagnostics that are marked strict errors. */
  readonly strict?: boolean;
  /**
   * Accepts tars that engines disagree on or refuse: escaping names are clamped to the root, old GNU sparse files are
   * expanded.
   */
  readonly lenientTar?: boolean;
  readonly limits?: Partial<Limits>;
  /** Where temporary files go; the system's temporary directory by default. */
  readonly scratch?: string;
  /**
   * A folder that keeps what was learned of layers, for this run and later ones: a layer that is known need not be
   * inflated to be listed. Made when it is missing, for this user alone; runs may share it at the same time. What it
   * says is believed of every blob that has the digest. None by default.
   */
  readonly cache?: string | undefined;
  /**
   * Bytes that the cache may hold when a run has ended, 256 MiB by default; what was used least recently goes first.
   */
  readonly cacheSize?: number | undefined;
  /**
   * How many pieces of work run side by side; the number of cores by default. Never changes the bytes that come out.
   */
  readonly concurrency?: number;
  /** Aborts the run with the signal's reason; nothing stays behind. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
}

/** What {@link flatten} may be told besides. */
export interface FlattenOptions extends RunOptions, ImageChanges, SquashOptions {
  /** `auto`, the default: what the destination takes best (see the table in the reference). */
  readonly compression?: Compression | "auto";
  /** gzip 0–9, zstd 1–22; 6 and 3 by default. Given explicitly it means: compress again. */
  readonly compressionLevel?: number;
  /**
   * Writes every header in one normal form, so that equal filesystems give equal diffIDs, however and by whom they were
   * built.
   */
  readonly canonical?: boolean;
  /**
   * Patterns of what is left out, by the rules of .dockerignore: the last that matches decides, `!` keeps, also against
   * `prune`.
   */
  readonly exclude?: readonly string[];
  /** Kinds of content that are left out, see docs/prune.md. */
  readonly prune?: readonly PruneName[];
  /** Comment of the history entry for the new layer; planish's own words by default. */
  readonly message?: string;
  /**
   * Annotations of the manifests. They need OCI's media types, which are then used wherever the destination takes them.
   */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * What becomes of the signatures and attestations of the source, which speak of the old images: left out, the
   * default, or kept as a record beside the new ones, where the result is an OCI index.
   */
  readonly attestations?: "drop" | "keep-as-history";
  /**
   * Says what the result was made of: `statement` as an in-toto statement in the result of the call, `annotate` in
   * annotations of the manifests too.
   */
  readonly provenance?: "statement" | "annotate";
  /** RFC 3339 time for the config's `created`; kept as it is by default. */
  readonly created?: string;
  /** Gives files that are younger than `created` that time too. */
  readonly rewriteTimestamp?: boolean;
  /** Names of the result, `repository:tag`; by default those of the source. */
  readonly tags?: readonly string[];
  /**
   * Insists on every platform of an index, where the destination can hold only one image too: that is an error then.
   */
  readonly allPlatforms?: boolean;
  /**
   * Reads the result back from where it was written, and the source again, and compares them as {@link verify} does:
   * `verified` in the result says what was found. A difference is no error, since the result is there by then; it also
   * stays when the comparison fails or is aborted.
   */
  readonly verify?: boolean;
  /** Called once, when the result is there under its reference; whatever happens later, it stays. */
  readonly onCommitted?: (reference: string) => void;
  /** Replaces an existing destination. */
  readonly force?: boolean;
  /**
   * Lets a name move from the source to the result, in the same engine: the source keeps its ID alone. An error where
   * the result gets no name of the source.
   */
  readonly inPlace?: boolean;
}
