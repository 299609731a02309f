import { DEFAULT_LIMITS } from "../../src/limits.ts";
import type { PlanOptions } from "../../src/plan/merge-plan.ts";
import type { Partition } from "../../src/plan/partition.ts";
import { type PlannedLayer, planStack } from "../../src/plan/plan-stack.ts";
import { planLayer } from "./plan-layer.ts";
import { renderPlan } from "./plan-stack.ts";
import type { LayerFixture } from "./tar-fixture.ts";

/** A stack of layers squashed by a partition: what was planned, and the tars of the new stack. */
export interface SquashedStack {
  readonly layers: readonly PlannedLayer[];
  readonly tars: readonly Uint8Array[];
  /** Diagnostics as `RULE LAYER PATH`. */
  readonly findings: readonly string[];
}

/**
 * Plans a stack of fixtures or tars, base first, by a partition, and renders the new layers; layers that are kept are
 * the same objects.
 */
export function squashStack(
  layers: readonly (LayerFixture | Uint8Array)[],
  partition: Partition,
  options: Partial<PlanOptions> = {},
): SquashedStack {
  const tars = layers.map((layer) => (layer instanceof Uint8Array ? layer : layer.tar()));
  const planned = planStack(tars.map(planLayer), partition, { ...PLAN_DEFAULTS, ...options });
  return {
    layers: planned,
    tars: planned.map((layer) =>
      layer.kind === "kept" ? (tars[layer.layer] ?? new Uint8Array()) : renderPlan(layer.plan, tars),
    ),
    findings: planned.flatMap((layer) =>
      layer.kind === "kept"
        ? []
        : layer.plan.diagnostics.map(({ rule, layer: number, path }) => `${rule} ${number} ${path}`),
    ),
  };
}

/** Default options of a plan in tests. */
export const PLAN_DEFAULTS: PlanOptions = {
  profile: "containerd",
  strict: false,
  canonical: false,
  limits: DEFAULT_LIMITS,
};

/** The partition that keeps the lowest layers and squashes the rest. */
export function above(base: number, layers: number): Partition {
  const kept = Array.from({ length: base }, (_, layer) => ({ kind: "keep", layer }) as const);
  return [...kept, { kind: "squash", first: base, last: layers - 1 }];
}

/**
 * A partition from the widths of its ranges, in layers; a negative width is a range of kept layers.
 */
export function partitionOf(widths: readonly number[]): Partition {
  let at = 0;
  return widths.flatMap((width): Partition => {
    const first = at;
    at += Math.abs(width);
    if (width > 0) return [{ kind: "squash", first, last: at - 1 }];
    return Array.from({ length: -width }, (_, n) => ({ kind: "keep", layer: first + n }));
  });
}
