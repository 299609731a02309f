import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { compareTrees } from "../support/compare-trees.ts";
import { helloImage, helloOciImage } from "../support/corpus/hello.ts";
import type { CorpusImage } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import type { Engine } from "../support/engines/engine.ts";
import { observe } from "../support/observe.ts";
import { pipePlanish } from "../support/planish.ts";

/** The pipelines of the README, with the engines' own commands at both ends. */
e2eSuite("Through pipes", (workshop) => {
  const { engines, folder } = workshop;
  let hello: CorpusImage;

  beforeAll(async () => {
    hello = await helloImage(workshop, engines.docker20);
  });

  const expectFlat = async (engine: Engine, archive: string): Promise<void> => {
    const before = await observe(engine, await engine.load(hello.archive), hello);
    const after = await observe(engine, await engine.load(archive), hello);
    expect(compareTrees(before.tree, after.tree)).toEqual([]);
    expect(after.printed).toBe(hello.prints);
    expect(after.inspected?.layers ?? 1).toBe(1);
  };

  it("docker save | planish flatten - - -t NAME | docker load gives a flat image of that name", async () => {
    const flat = join(folder, "saved.tar");
    await pipePlanish({ from: hello.archive, to: flat }, "flatten", "-", "-", "-t", "hello:flat");
    await expectFlat(engines.docker20, flat);
    await expectFlat(engines.docker26Containerd, flat);
    const id = await engines.containerd.load(flat);
    await engines.containerd.remove(id);
    expect(id).toBe("docker.io/library/hello:flat");
  });

  it("ctr images export - | planish flatten - DESTINATION gives an archive for containerd", async () => {
    const exported = join(folder, "exported.tar");
    const flat = join(folder, "exported-flat.tar");
    const id = await engines.containerd.load(hello.archive);
    await engines.containerd.export(id, exported);
    await engines.containerd.remove(id);
    const summary = join(folder, "summary.txt");
    await pipePlanish({ from: exported, to: summary }, "flatten", "-", `docker-archive:${flat}`);
    await expectFlat(engines.containerd, flat);
  });

  it("docker buildx build -o type=oci,dest=- | planish flatten - - gives an archive for podman", async () => {
    const built = await helloOciImage(workshop, engines.docker26Containerd);
    const flat = join(folder, "built-flat.tar");
    await pipePlanish({ from: built.archive, to: flat }, "flatten", "-", "-");
    const after = await observe(engines.podman5, await engines.podman5.load(flat), built);
    expect(after.printed).toBe(built.prints);
    expect(after.inspected?.layers).toBe(1);
  });
});
