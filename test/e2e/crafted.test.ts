import { join } from "node:path";
import { expect, it } from "vitest";
import { exoticImage, manyLayersImage } from "../support/corpus/crafted.ts";
import {
  containerdOnlyImage,
  divergentImage,
  impliedOverFileImage,
  rootOpaqueImage,
  sequentialOnlyImage,
  smuggledOpaqueImage,
} from "../support/corpus/crafted-rows.ts";
import type { CorpusImage, Workshop } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { allEngines } from "../support/engines/engine-set.ts";
import { flattenMatrix } from "../support/flatten-matrix.ts";
import { planish } from "../support/planish.ts";
import { snapshotTree } from "../support/tree-snapshot.ts";

flattenMatrix({ title: "names, times and xattrs that no builder writes", make: async (shop) => exoticImage(shop) });

flattenMatrix({ title: "120 layers", make: async (shop) => manyLayersImage(shop) });

flattenMatrix({ title: "constructs on which engines disagree", make: async (shop) => divergentImage(shop) });

flattenMatrix({ title: "an opaque root", make: async (shop) => rootOpaqueImage(shop) });

flattenMatrix({ title: "an overlay xattr in a layer", make: async (shop) => smuggledOpaqueImage(shop) });

flattenMatrix({
  title: "implied directories over a file",
  make: async (shop) => impliedOverFileImage(shop),
  engines: ["docker20", "docker26", "podman4", "podman5"],
});

flattenMatrix({
  title: "a name written twice and a dangling parent",
  make: async (shop) => containerdOnlyImage(shop),
  engines: ["docker26Containerd", "containerd"],
});

flattenMatrix({
  title: "a link to a lower layer and a whiteout of an own file",
  make: async (shop) => sequentialOnlyImage(shop),
  engines: ["umoci"],
});

const REFUSED_BY_SOME: readonly (readonly [title: string, make: (workshop: Workshop) => CorpusImage])[] = [
  ["implied directories over a file", impliedOverFileImage],
  ["a name written twice and a dangling parent", containerdOnlyImage],
  ["a link to a lower layer and a whiteout of an own file", sequentialOnlyImage],
];

e2eSuite("A flat image of what some engine refuses", (workshop) => {
  it.each(REFUSED_BY_SOME)("loads in every engine: %s", async (_, make) => {
    const { archive } = make(workshop);
    const flat = join(workshop.folder, `flat-${archive.slice(archive.lastIndexOf("/") + 1)}`);
    await planish("flatten", `docker-archive:${archive}`, `docker-archive:${flat}`);
    const sizes = new Map<string, number>();
    for (const engine of allEngines(workshop.engines)) {
      const id = await engine.load(flat);
      sizes.set(engine.name, (await engine.mount(id, snapshotTree)).size);
      await engine.remove(id);
    }
    expect(new Set(sizes.values()).size, [...sizes].join("; ")).toBe(1);
  });
});
