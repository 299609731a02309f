import type { PlanOptions } from "../../src/plan/merge-plan.ts";
import { readNaively } from "./naive-tar.ts";
import { memberWords } from "./plan-view.ts";
import { above, squashStack } from "./squash-stack.ts";
import type { LayerFixture } from "./tar-fixture.ts";

/** The layer squashed from everything above the lowest `base` layers, in output order: `PATH WORDS` per entry. */
export function rangeOf(base: number, layers: readonly LayerFixture[], options: Partial<PlanOptions> = {}): string[] {
  const { tars } = squashStack(layers, above(base, layers.length), options);
  return readNaively(tars.at(-1) ?? new Uint8Array()).map((member) => `${member.name} ${memberWords(member)}`);
}
