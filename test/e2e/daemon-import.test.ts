import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { flatten, planFlatten } from "../../src/index.ts";
import { openDaemonDestination } from "../../src/transport/daemon/destination.ts";
import { findImage, listImages } from "../../src/transport/daemon/images.ts";
import { tagImage } from "../../src/transport/daemon/tags.ts";
import { temporaryTag } from "../../src/transport/daemon/temporary-name.ts";
import { openDockerArchive } from "../../src/transport/docker-archive/source.ts";
import { reference } from "../../src/transport/reference.ts";
import { compareTrees } from "../support/compare-trees.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import type { CorpusImage } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { engineClient, engineReference, readImage } from "../support/engine-copy.ts";
import { engineSockets } from "../support/engines/engine-set.ts";
import { importInto } from "../support/import-into.ts";
import { stallEngine } from "../support/stall-engine.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";
import { snapshotTree } from "../support/tree-snapshot.ts";
import { watchEngine } from "../support/watch-engine.ts";

const PLANISH = fileURLToPath(new URL("../../bin/planish.cjs", import.meta.url));
const CLASSIC = ["docker20", "docker26"] as const;
const DOCKERS = [...CLASSIC, "docker26Containerd"] as const;
const NAME = "crafted/exotic:latest";
const FLAT = "crafted/exotic:flat";

e2eSuite("A flatten inside a daemon", (workshop) => {
  const folder = testFolder();
  let exotic: CorpusImage;
  beforeAll(() => {
    exotic = exoticImage(workshop);
  });
  const hostOf = (name: (typeof DOCKERS)[number]): string => `unix://${engineSockets(workshop.namespace)[name]}`;

  it.each(DOCKERS)(
    "of %s makes an image of one layer that mounts as the original does, and leaves no other",
    async (name) => {
      await using context = transportContext(folder.path);
      const client = await engineClient(workshop, name, context);
      const engine = workshop.engines[name];
      const id = await engine.load(exotic.archive);
      const original = await engine.mount(id, snapshotTree);
      const changed = await watchEngine(client, [NAME, FLAT]);
      const result = await flatten(`docker-daemon:${NAME}`, undefined, { docker: { host: hostOf(name) } });
      const made = await findImage(client, FLAT);
      expect(made?.diffIds).toEqual([result.images[0]?.after.layers[0]?.diffId]);
      expect([result.digest, result.images[0]?.after.config]).toContain(made?.id);
      expect(await changed()).toEqual([`+${made?.id} ${FLAT}`]);
      await engine.remove(id);
      await tagImage(client, FLAT, "planish-e2e:current");
      expect(compareTrees(original, await engine.mount(FLAT, snapshotTree))).toEqual([]);
      await engine.remove(FLAT);
      await engine.remove("planish-e2e:current");
    },
  );

  it("has the same name in a dry run as in a run", async () => {
    const id = await workshop.engines.docker26.load(exotic.archive);
    const options = { docker: { host: hostOf("docker26") }, tags: ["renamed.test/it:1"] };
    for (const inPlace of [false, true]) {
      const { destination, tags } = await planFlatten(`docker-daemon:${NAME}`, undefined, { ...options, inPlace });
      const result = await flatten(`docker-daemon:${NAME}`, undefined, { ...options, inPlace, force: true });
      expect({ destination, tags }).toEqual({ destination: result.destination, tags: result.tags });
      for (const tag of tags) await workshop.engines.docker26.remove(tag);
    }
    await workshop.engines.docker26.remove(id);
  });

  it.each(CLASSIC)("of %s puts the right layers below a layer at any position", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const to = { to: engineReference(client, "stacked.test/it:1"), force: false };
    const changed = await watchEngine(client, ["stacked.test/it:1"]);
    await using source = await openDockerArchive(reference("docker-archive", exotic.archive), context);
    await using destination = await openDaemonDestination(client, to, context);
    const expected = await importInto(destination, { source, written: 1 }, context);
    const found = await readImage(client, "stacked.test/it:1", context);
    expect(found.image.layers.map(({ diffId }) => diffId)).toEqual(expected);
    await workshop.engines[name].remove("stacked.test/it:1");
    expect(await changed()).toEqual([]);
  });

  it.each([
    ["docker20", "create"],
    ["docker20", "load"],
    ["docker26", "create"],
    ["docker26", "load"],
    ["docker26Containerd", "load"],
  ] as const)("of %s leaves nothing when it is interrupted in the middle of a %s", async (name, route) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const id = await workshop.engines[name].load(exotic.archive);
    const changed = await watchEngine(client, [NAME, FLAT]);
    const { child, ended } = await stalledRun(hostOf(name).slice("unix://".length), route);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(await changed()).toEqual([]);
    expect(readdirSync(folder.in("scratch"))).toEqual([]);
    await workshop.engines[name].remove(id);
  });

  it.each(CLASSIC)("of %s removes leftovers of a killed run, and nothing of a running one", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const id = await workshop.engines[name].load(exotic.archive);
    const names = async () => (await listImages(client, "planish-temporary")).flatMap(({ tags }) => tags);
    const { child, ended } = await stalledRun(hostOf(name).slice("unix://".length), "load");
    child.kill("SIGKILL");
    await ended;
    expect(await names()).toEqual([expect.stringContaining(`-${child.pid}-`)]);
    const atWork = temporaryTag("import");
    await tagImage(client, id, atWork);
    await flatten(`docker-daemon:${NAME}`, undefined, { docker: { host: hostOf(name) } });
    expect(await names()).toEqual([atWork]);
    for (const image of [atWork, FLAT, id]) await workshop.engines[name].remove(image);
  });

  /** Runs the program up to the middle of writing an image to an engine. */
  async function stalledRun(
    socket: string,
    route: "create" | "load",
  ): Promise<{ child: ChildProcess; ended: Promise<number | null> }> {
    const stalled = await stallEngine({ engine: socket, path: folder.in("stalled.sock"), route });
    const scratch = folder.in("scratch");
    mkdirSync(scratch);
    const args = ["flatten", "-H", `unix://${stalled.path}`, "--scratch", scratch, `docker-daemon:${NAME}`];
    const child = spawn(process.execPath, [PLANISH, ...args], { stdio: "ignore" });
    const ended = once(child, "close").then(async ([code]) => {
      await stalled[Symbol.asyncDispose]();
      return code as number | null;
    });
    expect(await Promise.race([stalled.begun, ended])).toBeUndefined();
    return { child, ended };
  }
});
