import { join } from "node:path";
import { it } from "vitest";
import { compareTrees } from "../support/compare-trees.ts";
import { randomImages } from "../support/corpus/random-image.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { observe } from "../support/observe.ts";
import { planish } from "../support/planish.ts";
import { seed } from "../support/seed.ts";

const COUNT = Number(process.env.PLANISH_RANDOM_IMAGES ?? 8);

e2eSuite(`Random images of seed ${seed}`, (workshop) => {
  const images = randomImages(workshop, { seed, count: COUNT });

  const engines = ["docker20", "podman5", "containerd"] as const;
  it.concurrent.for(engines)("hold the same in %s when flat", async (name, { expect }) => {
    const engine = workshop.engines[name];
    let compared = 0;
    for (const image of images) {
      // Some stacks fail in one engine, such as two implied directories over a lower file in containerd.
      const original = await engine.load(image.archive).catch(() => undefined);
      if (original === undefined) continue;
      const before = await observe(engine, original, image);
      const flat = join(workshop.folder, `${name}.tar`);
      const source = `docker-archive:${image.archive}`;
      await planish("flatten", "--force", "--profile", engine.profile, source, `docker-archive:${flat}`);
      const after = await observe(engine, await engine.load(flat), image);
      expect.soft(compareTrees(before.tree, after.tree, image), image.archive).toEqual([]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(COUNT / 2);
  });
});
