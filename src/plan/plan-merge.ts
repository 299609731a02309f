import { emit } from "./emit.ts";
import type { MergePlan, PlanLayer, PlanOptions, Segment } from "./merge-plan.ts";
import { type MergeState, newMergeState } from "./merge-state.ts";
import { overlay } from "./overlay.ts";
import { flatSize, segmentsOf, TRAILER_SIZE } from "./segments.ts";
import { unpack } from "./unpack.ts";

/**
 * Decides what the flat layer of a stack holds: each layer is unpacked by itself, laid over those below, and what is left is put in order.
 * Pure: equal layers and options give equal plans. Layers stand base first; none at all give an empty tar (R9.3).
 * Time and memory grow with the entries, never with the bytes; the plan keeps the merged tree and the entry lists alive.
 * @throws ImageInvalidError TAR_INVALID, LINK_DANGLING or WHITEOUT_INVALID with `details.rule`, for what no engine loads and for strict diagnostics
 * @throws LimitError LIMIT_EXCEEDED when links make a path too long or paths make too many directories
 */
export function planMerge(layers: readonly PlanLayer[], options: PlanOptions): MergePlan {
  const state = newMergeState(layers, options);
  for (const layer of layers.keys()) overlay(state, unpack(state, layer));
  const { size, entryCount, alreadyFlat } = measure(state);
  const { root, hidden, findings } = state;
  const kept = { state: { layers, options, root } };
  const only: readonly Segment[] = [{ kind: "copy", layer: 0, start: 0, end: size }];
  const entries = { [Symbol.iterator]: () => emit(kept) };
  const segments = alreadyFlat ? only : { [Symbol.iterator]: () => segmentsOf(entries) };
  return { segments, entries, hidden, diagnostics: findings.list, size, entryCount, alreadyFlat };
}

/** Walks the output once: adds its bytes up, and tells what is worth knowing of it. */
function measure(state: MergeState): Pick<MergePlan, "size" | "entryCount" | "alreadyFlat"> {
  const note = state.findings.report.bind(state.findings);
  let size = TRAILER_SIZE;
  let entryCount = 0;
  /** Where the run of kept members from the layer's first byte on ends; undefined once it is broken. */
  let run: number | undefined = 0;
  for (const entry of emit({ state, note })) {
    size += flatSize(entry);
    entryCount += 1;
    const next: boolean = entry.kept && entry.source?.span.start === run;
    run = next ? entry.source?.span.end : undefined;
  }
  const [only, ...others] = state.layers;
  const alreadyFlat = only !== undefined && others.length === 0 && only.trailerExact && run === only.end;
  return { size, entryCount, alreadyFlat };
}
