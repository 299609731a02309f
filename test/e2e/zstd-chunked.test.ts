import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { compareTrees } from "../support/compare-trees.ts";
import { helloImage } from "../support/corpus/hello.ts";
import type { CorpusImage } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { runInside } from "../support/engines/engine-namespace.ts";
import { PODMAN_5 } from "../support/engines/engine-set.ts";
import { podmanEnvironment } from "../support/engines/podman-engine.ts";
import { observe } from "../support/observe.ts";
import { planish } from "../support/planish.ts";

e2eSuite("An image whose layers podman wrote as zstd-chunked", (workshop) => {
  let image: CorpusImage;
  let chunked: string;

  beforeAll(async () => {
    const { engines, folder, namespace } = workshop;
    image = await helloImage(workshop, engines.docker20);
    chunked = join(folder, "chunked");
    const id = await engines.podman5.load(image.archive);
    const argv = ["podman", "push", "-q", "--compression-format=zstd:chunked", id, `oci:${chunked}:1`];
    await runInside(namespace, "trixie", { argv, env: podmanEnvironment(namespace, PODMAN_5) });
    await engines.podman5.remove(id);
  });

  it("keeps most of its frames, and is the same image in podman and containerd", async () => {
    const flat = join(workshop.folder, "flat.tar");
    const { stdout } = await planish("flatten", "--format", "json", `oci:${chunked}:1`, `oci-archive:${flat}:1`);
    const [layer] = JSON.parse(stdout).images[0].after.layers;
    expect(layer.compression).toBe("zstd");
    expect(layer.copied.spliced / layer.uncompressedSize).toBeGreaterThan(0.9);
    for (const name of ["podman5", "containerd"] as const) {
      const engine = workshop.engines[name];
      const before = await observe(engine, await engine.load(image.archive), image);
      const now = await observe(engine, await engine.load(flat), image);
      expect.soft(compareTrees(before.tree, now.tree), name).toEqual([]);
      expect.soft(now.printed, name).toBe(before.printed);
    }
  });
});
