import { LimitError } from "../errors.ts";
import { xattrBytes } from "../tar/pax.ts";
import { BaseTrace } from "./base-trace.ts";
import { type Delta, takeDelta } from "./delta.ts";
import { type EmitInput, emit } from "./emit.ts";
import { exclude } from "./exclude.ts";
import { lowerDiagnostics } from "./kept-content.ts";
import { liftLinks } from "./lift-links.ts";
import type { FlatEntry, MergePlan, Segment } from "./merge-plan.ts";
import type { MergeState } from "./merge-state.ts";
import { overlay } from "./overlay.ts";
import type { SquashedStretch } from "./partition.ts";
import { copiedBytes, flatSize, segmentsOf, TRAILER_SIZE } from "./segments.ts";
import { splitEntries } from "./split-entries.ts";
import { unpack } from "./unpack.ts";

/** What the layers `first` to `last` become, or a part of that. */
export interface PlannedRange {
  readonly kind: "made";
  readonly first: number;
  readonly last: number;
  readonly plan: MergePlan;
}

/**
 * Lays the layers of a range over the merged tree, and plans what they become: one layer, or several if it is split, of
 * which the first has the diagnostics. `final`: nothing is laid over the merged tree afterwards.
 */
export function planRange(
  state: MergeState,
  range: SquashedStretch,
  { final }: { readonly final: boolean },
): readonly PlannedRange[] {
  const { first, last } = range;
  const { layers, options, findings, inherited } = state;
  const found = findings.list.length;
  const trace = new BaseTrace(first);
  if (first > 0) state.trace = trace;
  for (let layer = first; layer <= last; layer += 1) overlay(state, unpack(state, layer));
  const exclusions = final && options.exclude ? exclude(state, options.exclude) : undefined;
  state.trace = undefined;
  liftLinks(state, trace);
  const { root, opaque }: Delta =
    first === 0 && final ? { root: state.root, opaque: new Map() } : takeDelta(state, { trace, final });
  const input: EmitInput = { state: { layers, options, root, inherited }, opaque, floor: first };
  const measured = measure(emit({ ...input, note: findings.report.bind(findings) }), range, state);
  const lower = final ? [] : lowerDiagnostics(emit(input), options);
  const diagnostics = [...findings.list.slice(found), ...lower];
  const whole = { [Symbol.iterator]: () => emit(input) };
  const parts = (range.parts ?? 1) > 1 ? splitEntries(input, range.parts ?? 1) : [whole];
  return parts.map((entries, at): PlannedRange => {
    const figures = parts.length === 1 ? measured : measure(entries, range, state);
    const told = at === 0 ? { diagnostics, exclusions } : { diagnostics: [] };
    const only: readonly Segment[] = [{ kind: "copy", layer: first, start: 0, end: figures.size }];
    const segments = figures.alreadyFlat ? only : { [Symbol.iterator]: () => segmentsOf(entries) };
    const plan = { segments, entries, hidden: state.hidden, ...told, ...figures };
    return { kind: "made", first, last, plan };
  });
}

type Measured = Pick<MergePlan, "size" | "copiedFrom" | "entryCount" | "alreadyFlat">;

/**
 * Walks the output once and sums up its bytes.
 * @throws LimitError LIMIT_EXCEEDED if it is more than layers may hold: a hard link of 512 bytes can become a header
 * with 1 MiB of xattrs (R5.3), or another copy of a file (D16)
 */
function measure(
  entries: Iterable<FlatEntry>,
  { first, last }: SquashedStretch,
  { layers, options: { limits } }: Pick<MergeState, "layers" | "options">,
): Measured {
  let size = TRAILER_SIZE;
  let entryCount = 0;
  let attributes = 0;
  const copiedFrom = layers.map(() => 0);
  /** Where the run of kept members ends that starts at the layer's first byte; undefined once it is broken. */
  let run: number | undefined = 0;
  for (const entry of entries) {
    size += flatSize(entry);
    if (size > limits.totalBytes) throw new LimitError("totalBytes", limits.totalBytes, size);
    attributes += (entry.fields.linkPath?.length ?? 0) + xattrBytes(entry.fields.meta.xattrs);
    if (attributes > limits.attributeBytes) throw new LimitError("attributeBytes", limits.attributeBytes, attributes);
    entryCount += 1;
    copiedFrom[entry.layer] = (copiedFrom[entry.layer] ?? 0) + copiedBytes(entry);
    const next: boolean = entry.kept && entry.source?.span.start === run;
    run = next ? entry.source?.span.end : undefined;
  }
  const only = first === last ? layers[first] : undefined;
  const alreadyFlat = only?.trailerExact === true && run === only.end;
  if (alreadyFlat) copiedFrom[first] = size;
  return { size, copiedFrom, entryCount, alreadyFlat };
}
