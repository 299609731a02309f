import type { Diagnostic } from "../diagnostic.ts";
import type { Limits } from "../limits.ts";
import type { PathRule, PathRules } from "../prune/path-rules.ts";
import type { Entry, EntryList } from "../tar/entry.ts";
import type { HeaderFields } from "../tar/header-encode.ts";
import type { Instant } from "./clamp-times.ts";

/** Which engine's view of the stack is kept where engines differ. */
export type Profile = "containerd" | "overlay2" | "spec";

export interface PlanOptions {
  readonly profile: Profile;
  /** Makes the diagnostics that are marked strict errors. */
  readonly strict: boolean;
  /** Writes every header fresh in one normal form, so that equal filesystems give equal bytes. */
  readonly canonical: boolean;
  /** What is left out of the result; nothing by default. */
  readonly exclude?: PathRules | undefined;
  /** Nothing in new layers is younger; times stay what they are by default. */
  readonly latest?: Instant | undefined;
  readonly limits: Limits;
}

/**
 * What the plan needs to know of a layer; a `LayerIndex` is one. Offsets are in bytes of its uncompressed tar. Scan
 * promises of its entries: only directories and opaque whiteouts have the root's path, device numbers fit a header
 * (R5.5), owners are not negative.
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
export type HiddenReason =
  /** An upper entry of the same path replaced it, or replaced a directory above it by something else. */
  | "replaced"
  /** A whiteout removed it or a directory above it. */
  | "whiteout"
  /** An opaque whiteout hides it. */
  | "opaque"
  /** The same layer names the path again later. */
  | "duplicate"
  /** It is a directory that an upper layer lists again: the upper header is the one that counts. */
  | "relisted"
  /** It is a whiteout itself, or nothing that a flat layer can hold. */
  | "marker"
  /** It was asked for to be left out. */
  | "excluded";

export interface Hidden {
  readonly layer: number;
  readonly ordinal: number;
  readonly reason: HiddenReason;
  /** The entry that hides it; undefined for markers, for what is excluded, and for what nothing replaces. */
  readonly by?: { readonly layer: number; readonly ordinal: number } | undefined;
}

/** Hidden entries, kept in columns: tens of bytes an entry would not do for a million. */
export interface HiddenList extends Iterable<Hidden> {
  readonly length: number;
  /** How many of one layer's. */
  lengthOf(layer: number): number;
  /** Undefined when the entry is in the flat layer. */
  find(layer: number, ordinal: number): Hidden | undefined;
}

/** One entry of the flat tar. */
export interface FlatEntry {
  readonly layer: number;
  /** Where the content, or with `kept` the whole member, stands; undefined of a directory that no entry lists. */
  readonly source: Entry | undefined;
  /** The member is copied as it is, header and all. */
  readonly kept: boolean;
  readonly fields: HeaderFields;
}

/** What one rule took away. */
export interface ExcludedBy extends Omit<PathRule, "keeps"> {
  /** Entries of the merged filesystem, directories among them. */
  readonly entries: number;
  /**
   * Bytes of content that the result does without; a file with several names counts for the rule that took its last
   * one, once. What a kept layer holds does not count.
   */
  readonly bytes: number;
}

/** What was asked for to be left out, and is. */
export interface Exclusions {
  /** In the order of the rules, those that took nothing among them. */
  readonly rules: readonly ExcludedBy[];
  /** What is gone with all that was in it, one char a byte (latin1). */
  readonly paths: readonly string[];
}

/**
 * What the flat layer holds, and why everything else is hidden. A value: it reads nothing and can be walked as often as
 * wanted.
 */
export interface MergePlan {
  /**
   * In output order; neighbouring copies are one segment. Fresh headers are made while one iterates. The same each
   * time.
   */
  readonly segments: Iterable<Segment>;
  /** The same as entries, in output order: the merged filesystem. Made while one iterates; the same each time. */
  readonly entries: Iterable<FlatEntry>;
  readonly hidden: HiddenList;
  /** Undefined unless something was to be left out. */
  readonly exclusions?: Exclusions | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Bytes of the flat tar, trailer included. */
  readonly size: number;
  /** Entries of the flat tar. */
  readonly entryCount: number;
  /** True when the only layer already is what would be written: the flat tar is that layer's tar, byte for byte. */
  readonly alreadyFlat: boolean;
}
