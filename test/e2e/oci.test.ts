import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { compareTrees } from "../support/compare-trees.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import { helloImage, helloOciImage } from "../support/corpus/hello.ts";
import type { CorpusImage } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import type { Engine } from "../support/engines/engine.ts";
import { runInside } from "../support/engines/engine-namespace.ts";
import { flattenMatrix } from "../support/flatten-matrix.ts";
import { observe } from "../support/observe.ts";
import { planish } from "../support/planish.ts";

const OCI_ENGINES = ["podman4", "podman5", "containerd"] as const;

flattenMatrix({
  title: "an OCI archive from Docker's BuildKit",
  make: (shop) => helloOciImage(shop, shop.engines.docker26Containerd),
  engines: OCI_ENGINES,
});

flattenMatrix({
  title: "an OCI archive from podman 5",
  make: (shop) => helloOciImage(shop, shop.engines.podman5),
  engines: OCI_ENGINES,
});

e2eSuite("OCI layouts and archives that planish writes", (workshop) => {
  const { engines, folder, namespace } = workshop;
  const layout = join(folder, "layout");
  const ociArchive = join(folder, "flat.oci.tar");
  let exotic: CorpusImage;
  let hello: CorpusImage;

  beforeAll(async () => {
    exotic = exoticImage(workshop);
    hello = await helloImage(workshop, engines.docker20);
    await planish("flatten", `docker-archive:${exotic.archive}`, `oci:${layout}:exotic`);
    await planish("flatten", `docker-archive:${hello.archive}`, `oci:${layout}:hello`);
    await planish("flatten", `docker-archive:${exotic.archive}`, `oci-archive:${ociArchive}:exotic`);
  });

  /** Compares an image that the engine has loaded from planish's output with the engine's own view of the original. */
  const expectSame = async (engine: Engine, id: string, image: CorpusImage): Promise<void> => {
    const after = await observe(engine, id, image);
    const before = await observe(engine, await engine.load(image.archive), image);
    expect(compareTrees(before.tree, after.tree)).toEqual([]);
    expect(after.printed).toBe(before.printed);
  };

  it.each(["podman4", "podman5"] as const)("are pulled by %s from a layout with two tags", async (name) => {
    const podman = engines[name];
    await expectSame(podman, await podman.pull(`oci:${layout}:exotic`), exotic);
    await expectSame(podman, await podman.pull(`oci:${layout}:hello`), hello);
  });

  it("are unpacked by umoci from a layout with two tags", async () => {
    await expectSame(engines.umoci, engines.umoci.loadLayout(layout, "exotic"), exotic);
    await expectSame(engines.umoci, engines.umoci.loadLayout(layout, "hello"), hello);
  });

  it.each(["podman4", "podman5", "containerd"] as const)("are loaded by %s from an archive", async (name) => {
    await expectSame(engines[name], await engines[name].load(ociArchive), exotic);
  });

  it.each(["bookworm", "trixie"] as const)("are copied by the skopeo of Debian %s for Docker", async (root) => {
    for (const source of [`oci:${layout}:exotic`, `oci-archive:${ociArchive}:exotic`]) {
      const copy = join(folder, `${root}-${source.slice(0, source.indexOf(":"))}.tar`);
      const argv = ["skopeo", "copy", "--quiet", source, `docker-archive:${copy}:exotic:copied`];
      await runInside(namespace, root, { argv });
      await expectSame(engines.docker20, await engines.docker20.load(copy), exotic);
    }
  });
});
