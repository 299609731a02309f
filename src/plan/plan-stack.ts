import { UsageError } from "../errors.ts";
import { BaseTrace } from "./base-trace.ts";
import { clampTimes } from "./clamp-times.ts";
import { type Delta, takeDelta } from "./delta.ts";
import { type EmitInput, emit } from "./emit.ts";
import { exclude } from "./exclude.ts";
import { liftLinks } from "./lift-links.ts";
import type { FlatEntry, MergePlan, PlanLayer, PlanOptions, Segment } from "./merge-plan.ts";
import { type MergeState, newMergeState } from "./merge-state.ts";
import { overlay } from "./overlay.ts";
import type { Partition, SquashedStretch } from "./partition.ts";
import { flatSize, segmentsOf, TRAILER_SIZE } from "./segments.ts";
import { unpack } from "./unpack.ts";

/** One layer of the new stack. */
export type PlannedLayer =
  /** A layer of the old one, as it is. */
  | { readonly kind: "kept"; readonly layer: number }
  /** What the layers `first` to `last` become. `readsBelow` lists layers below those whose content it needs: almost always none (R6.7). */
  | {
      readonly kind: "made";
      readonly first: number;
      readonly last: number;
      readonly plan: MergePlan;
      readonly readsBelow: readonly number[];
    };

/**
 * Decides what the layers of a new stack hold that has the same filesystem as the old one: those that are kept, and one for each range, holding what the range changes of
 * the layers below it (§6). Layers stand base first, and the partition covers them all. Pure, as {@link planMerge} is, which is the case of one range of all layers.
 * What is to be left out goes from the topmost range, with whiteouts for what kept layers below it hold of that.
 * @throws UsageError ARGUMENT_INVALID when something is to be left out and a layer above all ranges is kept, or times are to be changed and any layer is
 * @throws what {@link planMerge} throws, and ImageInvalidError WHITEOUT_INVALID for a range that removes what no whiteout can remove
 */
export function planStack(
  layers: readonly PlanLayer[],
  partition: Partition,
  options: PlanOptions,
): readonly PlannedLayer[] {
  const state = newMergeState(layers, options);
  const lastRange = partition.findLastIndex(({ kind }) => kind === "squash");
  if (options.exclude !== undefined && lastRange < partition.length - 1) throw keptAbove();
  if (options.latest !== undefined && partition.some(({ kind }) => kind === "keep")) throw keptTimes();
  return partition.map((stretch, at): PlannedLayer => {
    if (stretch.kind === "squash") return planRange(state, stretch, { final: at === lastRange });
    if (at < lastRange) state.findings.quietly(() => overlay(state, unpack(state, stretch.layer)));
    return { kind: "kept", layer: stretch.layer };
  });
}

function keptAbove(): UsageError {
  const hint = "squash up to the topmost layer, which --base does";
  return new UsageError(
    "ARGUMENT_INVALID",
    "nothing can be left out (--exclude, --prune) of layers that --layers keeps",
    {
      details: { hint },
    },
  );
}

function keptTimes(): UsageError {
  const message = "--rewrite-timestamp and a selection of layers (--layers, --base) contradict each other";
  return new UsageError("ARGUMENT_INVALID", `${message}: the files of layers that are kept keep their times`);
}

function planRange(
  state: MergeState,
  { first, last }: SquashedStretch,
  { final }: { readonly final: boolean },
): PlannedLayer {
  const found = state.findings.list.length;
  const trace = new BaseTrace(first);
  if (first > 0) state.trace = trace;
  for (let layer = first; layer <= last; layer += 1) overlay(state, unpack(state, layer));
  const exclusions = final && state.options.exclude ? exclude(state, state.options.exclude) : undefined;
  state.trace = undefined;
  liftLinks(state, trace);
  const delta: Delta =
    first === 0 && final ? { root: state.root, opaque: new Map() } : takeDelta(state, { trace, final });
  const { size, entryCount, alreadyFlat, readsBelow } = measure(state, delta, { first, last });
  const { layers, options, hidden, findings } = state;
  const kept: EmitInput = { state: { layers, options, root: delta.root }, opaque: delta.opaque, floor: first };
  const only: readonly Segment[] = [{ kind: "copy", layer: first, start: 0, end: size }];
  const entries = { [Symbol.iterator]: () => walk(kept) };
  const segments = alreadyFlat ? only : { [Symbol.iterator]: () => segmentsOf(entries) };
  const diagnostics = findings.list.slice(found);
  const plan = { segments, entries, hidden, exclusions, diagnostics, size, entryCount, alreadyFlat };
  return { kind: "made", first, last, plan, readsBelow };
}

interface Measured extends Pick<MergePlan, "size" | "entryCount" | "alreadyFlat"> {
  readonly readsBelow: readonly number[];
}

function walk(input: EmitInput): Generator<FlatEntry, void> {
  const { latest } = input.state.options;
  return latest === undefined ? emit(input) : clampTimes(emit(input), latest);
}

/** Walks the output once: adds its bytes up, and tells what is worth knowing of it. */
function measure(
  { layers, options, findings }: MergeState,
  { root, opaque }: Delta,
  { first, last }: Pick<SquashedStretch, "first" | "last">,
): Measured {
  const note = findings.report.bind(findings);
  let size = TRAILER_SIZE;
  let entryCount = 0;
  const below = new Set<number>();
  /** Where the run of kept members from the layer's first byte on ends; undefined once it is broken. */
  let run: number | undefined = 0;
  for (const entry of walk({ state: { layers, options, root }, opaque, floor: first, note })) {
    size += flatSize(entry);
    entryCount += 1;
    if (entry.layer < first && entry.fields.size > 0) below.add(entry.layer);
    const next: boolean = entry.kept && entry.source?.span.start === run;
    run = next ? entry.source?.span.end : undefined;
  }
  const only = first === last ? layers[first] : undefined;
  const alreadyFlat = only?.trailerExact === true && run === only.end;
  return { size, entryCount, alreadyFlat, readsBelow: [...below] };
}
