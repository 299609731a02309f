import { deepStrictEqual as deepEqual } from "node:assert";
import { DEFAULT_LIMITS } from "../../src/limits.ts";
import type { MergePlan, PlanOptions, Segment } from "../../src/plan/merge-plan.ts";
import { planMerge } from "../../src/plan/plan-merge.ts";
import { planLayer } from "./plan-layer.ts";
import type { LayerFixture } from "./tar-fixture.ts";

/** A stack of layers and its plan. */
export interface PlannedStack {
  readonly plan: MergePlan;
  /** The flat tar. */
  readonly tar: Uint8Array;
}

/** Plans a stack of fixtures or tars, base first, and renders the flat tar. */
export function planStack(layers: Layers, options: Partial<PlanOptions> = {}): PlannedStack {
  const tars = tarsOf(layers);
  const plan = planOf(tars, options);
  return { plan, tar: renderPlan(plan, tars) };
}

/** The plan alone, for flat tars that are too large to hold. */
export function planOf(layers: Layers, options: Partial<PlanOptions> = {}): MergePlan {
  return planMerge(tarsOf(layers).map(planLayer), { ...DEFAULTS, ...options });
}

type Layers = readonly (LayerFixture | Uint8Array)[];

const DEFAULTS: PlanOptions = { profile: "containerd", strict: false, canonical: false, limits: DEFAULT_LIMITS };

function tarsOf(layers: Layers): Uint8Array[] {
  return layers.map((layer) => (layer instanceof Uint8Array ? layer : layer.tar()));
}

/** The bytes of a plan's segments, which must be those that the plan counts. */
export function renderPlan({ segments, size, copiedFrom }: MergePlan, tars: readonly Uint8Array[]): Uint8Array {
  const tar = renderSegments(segments, tars);
  deepEqual(
    { size: tar.length, copiedFrom: tars.map((_, layer) => copiedBytes(segments, layer)) },
    { size, copiedFrom },
  );
  return tar;
}

/** How many bytes segments copy from a layer. */
export function copiedBytes(segments: Iterable<Segment>, layer: number): number {
  const copies = [...segments].filter((segment) => segment.kind === "copy" && segment.layer === layer);
  return copies.reduce((sum, segment) => (segment.kind === "copy" ? sum + segment.end - segment.start : sum), 0);
}

/** The bytes of segments. */
export function renderSegments(segments: Iterable<Segment>, tars: readonly Uint8Array[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const segment of segments) {
    if (segment.kind === "copy")
      pieces.push(tars[segment.layer]?.subarray(segment.start, segment.end) ?? new Uint8Array());
    else pieces.push(segment.kind === "fresh" ? segment.bytes : new Uint8Array(segment.length));
  }
  return new Uint8Array(Buffer.concat(pieces));
}
