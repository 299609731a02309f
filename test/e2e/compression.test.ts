import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { compareTrees } from "../support/compare-trees.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import type { CorpusImage } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import type { EngineSet } from "../support/engines/engine-set.ts";
import { observe } from "../support/observe.ts";
import { planish } from "../support/planish.ts";

/** Non-default compressions, and the engines that read them: Docker 20.10 and umoci 0.4 do not support zstd. */
const READERS: readonly (readonly [how: string, target: string, engines: readonly (keyof EngineSet)[]])[] = [
  [
    "gzip",
    "docker-archive",
    ["docker20", "docker26", "docker26Containerd", "podman4", "podman5", "containerd", "umoci"],
  ],
  ["zstd", "oci-archive", ["podman4", "podman5", "containerd"]],
  ["none", "oci-archive", ["podman4", "podman5", "containerd"]],
];

e2eSuite("A layer compressed as asked for", (workshop) => {
  let image: CorpusImage;
  beforeAll(() => {
    image = exoticImage(workshop);
  });

  it.each(READERS)("with %s for %s loads everywhere and holds the same", async (how, target, engines) => {
    const flat = join(workshop.folder, `${target}-${how}.tar`);
    const source = `docker-archive:${image.archive}`;
    await planish("flatten", "--canonical", "--compression", how, source, `${target}:${flat}`);
    for (const name of engines) {
      const engine = workshop.engines[name];
      const before = await observe(engine, await engine.load(image.archive), image);
      const after = await observe(engine, await engine.load(flat), image);
      expect.soft(compareTrees(before.tree, after.tree), name).toEqual([]);
      expect.soft(after.printed, name).toBe(before.printed);
    }
  });
});
