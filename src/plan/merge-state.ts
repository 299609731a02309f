import { ImageInvalidError, LimitError } from "../errors.ts";
import type { Entry, EntryMeta } from "../tar/entry.ts";
import type { BaseTrace } from "./base-trace.ts";
import { Findings } from "./diagnostics.ts";
import { HiddenColumns } from "./hidden.ts";
import { InheritedAcls } from "./inherited-acls.ts";
import type { PlanLayer, PlanOptions } from "./merge-plan.ts";
import { PROFILES, type ProfileRules } from "./profile.ts";
import { type DirectoryNode, type EntryPlace, newDirectory } from "./tree.ts";

/** What all steps of one plan share: the stack, the merged tree so far, and what was found. */
export interface MergeState {
  readonly layers: readonly PlanLayer[];
  readonly options: PlanOptions;
  readonly rules: ProfileRules;
  readonly hidden: HiddenColumns;
  readonly findings: Findings;
  readonly inherited: InheritedAcls;
  /** The merged tree of the layers so far. */
  readonly root: DirectoryNode;
  /** Entries, implied directories and names in links so far, compared with the limit. */
  nodes: number;
  /**
   * What the range being squashed removed from the layers below it; undefined if there are none, or nothing is being
   * squashed.
   */
  trace: BaseTrace | undefined;
}

/** The state before the first layer: an empty root that no entry lists. */
export function newMergeState(layers: readonly PlanLayer[], options: PlanOptions): MergeState {
  return {
    layers,
    options,
    rules: PROFILES[options.profile],
    hidden: new HiddenColumns(layers),
    findings: new Findings(options),
    inherited: new InheritedAcls(),
    root: newDirectory({ layer: 0, ordinal: 0 }, true),
    nodes: 0,
    trace: undefined,
  };
}

/** Reads an entry of the stack. */
export function entryAt({ layers }: Pick<MergeState, "layers">, { layer, ordinal }: EntryPlace): Entry {
  const found = layers[layer];
  if (found === undefined) throw new RangeError(`no layer ${layer}`);
  return found.entries.at(ordinal);
}

/**
 * Counts nodes against `limits.entries`: a deep path makes many directories out of one entry. Names in the targets of
 * links that paths lead through count too: a path through 255 of them can be half a million steps long. So do the
 * xattrs and regions of files for each hard link to them.
 * @throws LimitError LIMIT_EXCEEDED
 */
export function countNodes(state: MergeState, count: number): void {
  state.nodes += count;
  const { entries } = state.options.limits;
  if (state.nodes > entries) throw new LimitError("entries", entries, state.nodes);
}

/**
 * Metadata of an implied directory, or of one that was reset: 0755 0:0, no xattrs, and the time of its entry (R3.1,
 * D3).
 */
export function bareMeta({ mtimeSeconds, mtimeNanoseconds }: EntryMeta): EntryMeta {
  return { mode: 0o755, uid: 0, gid: 0, mtimeSeconds, mtimeNanoseconds, xattrs: [] };
}

/** The error for an entry that no engine loads; `rule` is the rule that it breaks. */
export function invalidEntry(
  code: "TAR_INVALID" | "LINK_DANGLING",
  message: string,
  where: { readonly layer: number; readonly entry: Entry; readonly rule: string; readonly target?: string | undefined },
): ImageInvalidError {
  const { layer, entry, rule, target } = where;
  return new ImageInvalidError(code, message, {
    details: { layer, entry: entry.path, offset: entry.span.start, rule, ...(target !== undefined && { target }) },
  });
}
