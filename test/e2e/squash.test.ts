import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { copy } from "../../src/copy.ts";
import { flatten } from "../../src/flatten.ts";
import type { FlattenOptions } from "../../src/flatten-options.ts";
import { inspect } from "../../src/inspect/inspect.ts";
import type { ProgressEvent } from "../../src/progress/events.ts";
import { findImage } from "../../src/transport/daemon/images.ts";
import { tagImage } from "../../src/transport/daemon/tags.ts";
import { compareTrees } from "../support/compare-trees.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import { randomImages } from "../support/corpus/random-image.ts";
import type { CorpusImage } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { engineClient } from "../support/engine-copy.ts";
import { type EngineSet, engineSockets } from "../support/engines/engine-set.ts";
import { dockerClassic, ociLayout, writeArchive, writeFolder } from "../support/image-archives.ts";
import { image as fixtureImage } from "../support/image-fixture.ts";
import { observe } from "../support/observe.ts";
import { planish } from "../support/planish.ts";
import { startRegistry } from "../support/registry/registry-server.ts";
import { seed } from "../support/seed.ts";
import { dir, file, layer, whiteout } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";
import { snapshotTree } from "../support/tree-snapshot.ts";

const ENGINES: readonly (keyof EngineSet)[] = ["docker20", "docker26Containerd", "podman5", "containerd", "umoci"];
const SHARING = ["docker20", "docker26Containerd", "podman5"] as const;

/** Large enough that sharing shows in the engine's own totals. */
const BASE = [layer(dir("d"), file("d/base", "b".repeat(200_000))), layer(file("d/gone", "g".repeat(100_000)))];
const APP = [
  ...BASE,
  layer(dir("d"), file("d/app", "1")),
  layer(dir("d"), whiteout("d/gone"), file("d/more", "2")),
  layer(dir("d"), whiteout("d/app")),
];

const OTHER = "squash.test/other:1";

e2eSuite("Squashed images", (workshop) => {
  const folder = testFolder();
  let exotic: CorpusImage;
  beforeAll(() => {
    exotic = exoticImage(workshop);
  });

  it.each(ENGINES)("mount in %s like the original, whatever was squashed", async (name) => {
    const engine = workshop.engines[name];
    const before = await observe(engine, await engine.load(exotic.archive), exotic);
    for (const range of ["1-", "1-2"]) {
      const squashed = join(workshop.folder, `${name}-${range.replace(":", "")}.tar`);
      const profile = exotic.divergent === true ? engine.profile : "auto";
      const options = ["--force", "--profile", profile, "--layers", range];
      await planish("flatten", ...options, `docker-archive:${exotic.archive}`, `docker-archive:${squashed}`);
      const after = await observe(engine, await engine.load(squashed), exotic);
      expect.soft(compareTrees(before.tree, after.tree), range).toEqual([]);
      expect.soft(after.printed, range).toBe(before.printed);
    }
  });

  it("of random layers mount in containerd like the original", async () => {
    const engine = workshop.engines.containerd;
    let compared = 0;
    for (const image of randomImages(workshop, { seed: seed + 1, count: 4 })) {
      // Some stacks fail in the engine.
      const original = await engine.load(image.archive).catch(() => undefined);
      if (original === undefined) continue;
      const before = await observe(engine, original, image);
      const squashed = join(workshop.folder, "random.tar");
      const options = ["--force", "--profile", engine.profile, "--layers", "1-"];
      await planish("flatten", ...options, `docker-archive:${image.archive}`, `docker-archive:${squashed}`);
      const after = await observe(engine, await engine.load(squashed), image);
      expect.soft(compareTrees(before.tree, after.tree, image), image.archive).toEqual([]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(0);
  });

  it.each(SHARING)("inside %s share the layers of the base that is found there", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const engine = workshop.engines[name];
    const podman = name.startsWith("podman");
    const host = `unix://${engineSockets(workshop.namespace)[name]}`;
    const servers = podman ? { podman: { host } } : { docker: { host } };
    const transport = podman ? "podman" : "docker-daemon";
    const put = async (tag: string, layers: typeof APP): Promise<void> => {
      const fixture = fixtureImage({ layers, tags: [tag], compression: "gzip" });
      const archive = writeArchive(folder.in("it.tar"), dockerClassic(fixture));
      await flatten(`docker-archive:${archive}`, `${transport}:${tag}`, { ...servers, layers: "0", force: true });
    };
    await put("squash.test/base:1", BASE);
    await put("squash.test/app:1", APP);
    const names = ["squash.test/app:1-flat", "squash.test/app:1", "squash.test/base:1"];
    const marks = ["planish-e2e:current", OTHER, ...names];
    try {
      const result = await flatten(`${transport}:squash.test/app:1`, undefined, { ...servers, base: "auto" });
      const [base, app, squashed] = await Promise.all(names.toReversed().map((tag) => findImage(client, tag)));
      expect(result.images[0]?.base).toMatchObject({ layers: 2, how: "neighbour" });
      expect(squashed?.diffIds).toHaveLength(3);
      expect(squashed?.diffIds.slice(0, 2)).toEqual(base?.diffIds);
      expect(app?.diffIds.slice(0, 2)).toEqual(base?.diffIds);
      const treeOf = async (tag: string) => {
        await tagImage(client, tag, "planish-e2e:current");
        return engine.mount(tag, snapshotTree);
      };
      const before = await treeOf("squash.test/app:1");
      expect(compareTrees(before, await treeOf("squash.test/app:1-flat"))).toEqual([]);
      for (const options of [{ layers: "first:3" }, { split: 2 }]) {
        await flatten(`${transport}:squash.test/app:1`, `${transport}:${OTHER}`, {
          ...servers,
          ...options,
          force: true,
        });
        expect.soft(compareTrees(before, await treeOf(OTHER)), JSON.stringify(options)).toEqual([]);
      }
      const wrongBase = { ...servers, base: `${transport}:squash.test/app:1-flat` };
      await refuseEarly(`${transport}:squash.test/app:1`, wrongBase, /they share 2 of its 3 layers/);
      await refuseEarly(`${transport}:squash.test/app:1`, { ...servers, layers: "2-99" }, /planish history lists/);
      // Podman's total does not show what is shared.
      if (!podman) expect(await sharedBytes(client, squashed?.id)).toBeGreaterThanOrEqual(300_000);
    } finally {
      for (const tag of marks) await engine.remove(tag).catch(() => undefined);
    }
  });

  /**
   * A classic store and podman list all layers of an image, so that a wrong base is noticed before anything is saved; a
   * containerd store lists those of one platform.
   */
  async function refuseEarly(source: string, options: FlattenOptions, hint: RegExp): Promise<void> {
    const begun: string[] = [];
    const onProgress = (event: ProgressEvent): void => {
      if (event.type === "started") begun.push(event.label);
    };
    await expect(flatten(source, undefined, { ...options, force: true, onProgress })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      details: { hint: expect.stringMatching(hint) },
    });
    const images = options.base === undefined ? 1 : 2;
    const saves = options.docker?.host?.includes("containerd") ? Array(images).fill("docker save") : [];
    expect(begun.filter((label) => /save/.test(label))).toEqual(saves);
  }

  it("inside a registry refer to the layers of their base, which are not sent again", async () => {
    await using server = await startRegistry();
    const put = async (name: string, layers: typeof APP): Promise<void> => {
      const fixture = fixtureImage({ layers, tags: [name], compression: "gzip" });
      const archive = writeFolder(folder.in(name), ociLayout(fixture));
      await copy(`oci:${archive}:${name}`, `docker://${server.host}/team/${name}:1`);
    };
    await put("base", BASE);
    await put("app", APP);
    const base = `docker://${server.host}/team/base:1`;
    const result = await flatten(`docker://${server.host}/team/app:1`, `docker://${server.host}/other/app:1`, {
      base,
      verify: true,
    });
    expect(result.verified?.equal).toBe(true);
    const digests = result.images[0]?.after.layers.map(({ digest }) => digest);
    const { images } = await inspect(base);
    expect(digests?.slice(0, 2)).toEqual(images[0]?.layers.map(({ digest }) => digest));
    expect(digests).toHaveLength(3);
    const mounted = readFileSync(join(server.folder, "log"), "utf8").matchAll(
      /POST [^ ]*mount=(sha256[^& ]*)[^ ]* [^"]*" 201/g,
    );
    expect([...mounted].map(([, digest = ""]) => decodeURIComponent(digest)).sort()).toEqual(
      digests?.slice(0, 2).sort(),
    );
  });
});

/** The shared size of an image, from `docker system df -v`. */
async function sharedBytes(client: Awaited<ReturnType<typeof engineClient>>, id: string | undefined): Promise<number> {
  const { Images } = (await client.json({ path: "/system/df" })) as {
    readonly Images: readonly { readonly Id: string; readonly SharedSize: number }[];
  };
  return Images.find((image) => image.Id === id)?.SharedSize ?? 0;
}
