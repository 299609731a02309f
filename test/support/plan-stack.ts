import { DEFAULT_LIMITS } from "../../src/limits.ts";
import type { MergePlan, PlanOptions } from "../../src/plan/merge-plan.ts";
import { planMerge } from "../../src/plan/plan-merge.ts";
import { planLayer } from "./plan-layer.ts";
import type { LayerFixture } from "./tar-fixture.ts";

/** A stack of layers and what was planned for it. */
export interface PlannedStack {
  readonly plan: MergePlan;
  /** The flat tar. */
  readonly tar: Uint8Array;
}

/** Plans a stack of fixtures or tars, base first, and renders the flat tar. */
export function planStack(
  layers: readonly (LayerFixture | Uint8Array)[],
  options: Partial<PlanOptions> = {},
): PlannedStack {
  const tars = layers.map((layer) => (layer instanceof Uint8Array ? layer : layer.tar()));
  const plan = planMerge(tars.map(planLayer), {
    profile: "containerd",
    strict: false,
    canonical: false,
    limits: DEFAULT_LIMITS,
    ...options,
  });
  return { plan, tar: renderPlan(plan, tars) };
}

/** The bytes that the segments of a plan stand for. */
export function renderPlan(plan: MergePlan, tars: readonly Uint8Array[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const segment of plan.segments) {
    if (segment.kind === "copy")
      pieces.push(tars[segment.layer]?.subarray(segment.start, segment.end) ?? new Uint8Array());
    else pieces.push(segment.kind === "fresh" ? segment.bytes : new Uint8Array(segment.length));
  }
  return new Uint8Array(Buffer.concat(pieces));
}
