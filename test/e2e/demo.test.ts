import { join } from "node:path";
import { expect, it } from "vitest";
import { compareTrees } from "../support/compare-trees.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { observe } from "../support/observe.ts";
import { planish } from "../support/planish.ts";

e2eSuite("The demo's two images", (workshop) => {
  const { engines, folder } = workshop;

  it.each(["docker20", "docker26", "docker26Containerd", "podman4", "podman5", "containerd"] as const)(
    "hold the same files and say hello in %s",
    async (name) => {
      const at = join(folder, name);
      await planish("demo", at);
      const engine = engines[name];
      const image = { archive: join(at, "planish-demo.tar"), prints: "Hello, World!\n" };
      const before = await observe(engine, await engine.load(image.archive), image);
      const after = await observe(engine, await engine.load(join(at, "planish-demo-flat.tar")), image);
      expect(compareTrees(before.tree, after.tree)).toEqual([]);
      expect([before.printed, after.printed]).toEqual([image.prints, image.prints]);
      if (before.inspected === undefined) return;
      expect(before.inspected.layers).toBeGreaterThan(1);
      expect(after.inspected).toEqual({ ...before.inspected, layers: 1 });
    },
  );
});
