import type { Diagnostic } from "../diagnostic.ts";
import type { Limits } from "../limits.ts";
import type { PathRule, PathRules } from "../prune/path-rules.ts";
import type { Entry, EntryList } from "../tar/entry.ts";
import type { HeaderFields } from "../tar/header-encode.ts";
import type { Instant } from "./clamp-times.ts";
import type { EntryPlace } from "./tree.ts";

/** Which engine's view of the stack counts where engines differ. */
export type Profile = "containerd" | "overlay2" | "spec";

export interface PlanOptions {
  readonly profile: Profile;
  /** Turns diagnostics that are marked strict into errors. */
  readonly strict: boolean;
  /** Writes every header fresh in one normal form, so that equal filesystems give equal bytes. */
  readonly canonical: boolean;
  /** What is left out of the result; nothing by default. */
  readonly exclude?: PathRules | undefined;
  /** Later times in new layers are set to this one; by default times stay. */
  readonly latest?: Instant | undefined;
  readonly limits: Limits;
}

/**
 * What the plan needs to know about a layer; a `LayerIndex` has it. Offsets are in bytes of its uncompressed tar. Scan
 * guarantees that only directories and opaque whiteouts have the root's path, that device numbers fit a header (R5.5),
 * and that owners are not negative.
 */
export interface PlanLayer {
  readonly entries: EntryList;
  readonly size: number;
  readonly end: number;
  readonly trailerExact: boolean;
}

/**
 * One instruction to the encoder: a byte range of a layer's uncompressed tar, a few fresh bytes, or NULs (holes of
 * sparse files, padding).
 */
export type Segment =
  | { readonly kind: "copy"; readonly layer: number; readonly start: number; readonly end: number }
  | { readonly kind: "fresh"; readonly bytes: Uint8Array }
  | { readonly kind: "zeros"; readonly length: number };

/** Why an entry is not in the flat layer as an entry of its own. */
export type HiddenReason = (typeof HIDDEN_REASONS)[number];

export const HIDDEN_REASONS = [
  /** An upper entry of the same path replaced it, or replaced a directory above it by something else. */
  "replaced",
  /** A whiteout removed it or a directory above it. */
  "whiteout",
  /** An opaque whiteout hides it. */
  "opaque",
  /** The same layer names the path again later. */
  "duplicate",
  /** It is a directory that an upper layer lists again: the upper header is the one that counts. */
  "relisted",
  /** It is a whiteout, or something else that a flat layer cannot hold. */
  "marker",
  /** An option says to leave it out. */
  "excluded",
] as const;

export interface Hidden extends EntryPlace {
  readonly reason: HiddenReason;
  /** The entry that hides it; undefined for markers and excluded entries. */
  readonly by?: EntryPlace | undefined;
}

/** Hidden entries in columns: with an object each, a million would take too much memory. */
export interface HiddenList extends Iterable<Hidden> {
  readonly length: number;
  /** How many of one layer's entries are hidden. */
  lengthOf(layer: number): number;
  /** Undefined when the entry is in the flat layer. */
  find(layer: number, ordinal: number): Hidden | undefined;
}

/** One entry of the flat tar. */
export interface FlatEntry {
  readonly layer: number;
  /**
   * The entry whose content, or with `kept` whole member, is copied; for a directory the one that lists it, also if it
   * is reset (D3). Undefined for a directory that none lists, and for a fresh marker.
   */
  readonly source: Entry | undefined;
  /** The member is copied as it is, header and all. */
  readonly kept: boolean;
  readonly fields: HeaderFields;
}

/** What one rule removed. */
export interface ExcludedBy extends Omit<PathRule, "keeps"> {
  /** Entries of the merged filesystem, directories among them. */
  readonly entries: number;
  /**
   * Bytes of content that are no longer in the result; a file with several names counts once, for the rule that removed
   * the last one. Content in kept layers does not count.
   */
  readonly bytes: number;
}

/** What was left out as the options say. */
export interface Exclusions {
  /** In the order of the rules, including those that removed nothing. */
  readonly rules: readonly ExcludedBy[];
  /** The topmost paths that were removed, one char a byte (latin1). */
  readonly paths: readonly string[];
}

/**
 * What the flat layer holds, and why everything else is hidden. A value: it reads nothing and can be iterated any
 * number of times.
 */
export interface MergePlan {
  /**
   * In output order; adjacent copies are joined into one segment. Fresh headers are made during iteration. Every
   * iteration gives the same.
   */
  readonly segments: Iterable<Segment>;
  /**
   * The same as entries, in output order: the merged filesystem. Made during iteration; every iteration gives the same.
   */
  readonly entries: Iterable<FlatEntry>;
  readonly hidden: HiddenList;
  /** Undefined without `exclude`. */
  readonly exclusions?: Exclusions | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Bytes of the flat tar, trailer included. */
  readonly size: number;
  /** How many of them are copied from each layer, bottom first. */
  readonly copiedFrom: readonly number[];
  /** Entries of the flat tar. */
  readonly entryCount: number;
  /** True when the only layer already is what would be written: the flat tar is that layer's tar, byte for byte. */
  readonly alreadyFlat: boolean;
}
