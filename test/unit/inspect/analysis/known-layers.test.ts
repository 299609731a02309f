import { expect, test } from "vitest";
import { KnownLayers } from "../../../../src/inspect/analysis/known-layers.ts";
import { layerIndex } from "../../../support/layer-index.ts";
import { file, layer } from "../../../support/tar-fixture.ts";

test("the least recently used layers are dropped when there are too many entries", async () => {
  const two = (name: string) => layerIndex(layer(file(name), file(`${name}2`)));
  const [base, a, b, huge] = [await two("base"), await two("a"), await two("b"), await two("huge")];
  const known = new KnownLayers(5);
  const kept = () => [base, a, b, huge].map((each) => known.get(each) === each);
  known.remember([base, a]);
  known.remember([base, base, b]);
  expect(kept()).toEqual([true, false, true, false]);
  known.remember([base, a, b, huge]);
  expect(kept()).toEqual([false, false, true, true]);
});
