import type { Planned } from "../../src/inspect/analysis/planned.ts";
import { DEFAULT_LIMITS } from "../../src/limits.ts";
import { planMerge } from "../../src/plan/plan-merge.ts";
import { layerIndex } from "./layer-index.ts";
import type { LayerFixture } from "./tar-fixture.ts";

/** A stack of layers, base first, scanned with a look at contents, and its plan. */
export async function plannedStack(...layers: readonly LayerFixture[]): Promise<Planned> {
  const indexes = await Promise.all(layers.map((layer, number) => layerIndex(layer, { layer: number, look: true })));
  const options = { profile: "containerd", strict: false, canonical: false, limits: DEFAULT_LIMITS } as const;
  return { layers: indexes, plan: planMerge(indexes, options) };
}
