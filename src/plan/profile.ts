import type { Profile } from "./merge-plan.ts";

/**
 * What a profile does where engines differ: the rows of the divergence table that have more than one outcome, as data.
 * Rows that are missing here have the same outcome in every profile.
 */
export interface ProfileRules {
  /** An opaque whiteout in the root directory. */
  readonly D1: "ignore" | "honour";
  /** A whiteout of `d`, then the directory `d` in the same layer: do the lower children come back? */
  readonly D2: "merge" | "opaque";
  /** A lower directory that an upper layer writes into without listing it. */
  readonly D3: "keep" | "reset";
  /** A path through a symbolic link of a lower layer. */
  readonly D4: "replace" | "follow";
  /** A character device 0:0. */
  readonly D9: "whiteout" | "device";
  /** `trusted.overlay.opaque=y` and similar xattrs in the tar. */
  readonly D10: "ignore" | "honour";
  /** A hard link whose header differs from its target's. */
  readonly D12: "last" | "last-but-symlink-time" | "first";
  /** A whiteout in a directory that does not exist. */
  readonly D13: "create" | "skip";
}

export const PROFILES: Readonly<Record<Profile, ProfileRules>> = {
  containerd: {
    D1: "ignore",
    D2: "merge",
    D3: "keep",
    D4: "replace",
    D9: "whiteout",
    D10: "ignore",
    D12: "last",
    D13: "create",
  },
  overlay2: {
    D1: "ignore",
    D2: "merge",
    D3: "reset",
    D4: "replace",
    D9: "whiteout",
    D10: "honour",
    D12: "last-but-symlink-time",
    D13: "create",
  },
  spec: {
    D1: "honour",
    D2: "opaque",
    D3: "keep",
    D4: "follow",
    D9: "device",
    D10: "ignore",
    D12: "first",
    D13: "skip",
  },
};
