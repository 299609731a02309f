import { expect, test } from "vitest";
import { inOrder, pathTree } from "../../../src/report/path-tree.ts";
import { planLayer } from "../../support/plan-layer.ts";
import { file, layer } from "../../support/tar-fixture.ts";

test("a path with very many entries takes linear time", () => {
  const { entries } = planLayer(layer(...Array.from({ length: 1000 }, () => file("same"))).tar());
  const layers = Array.from({ length: 100 }, () => ({ entries }));
  const nodes = [...inOrder(pathTree(layers))].map(({ node }) => [node.name, node.places.length / 2]);
  expect(nodes).toEqual([
    ["", 0],
    ["same", 100_000],
  ]);
});
