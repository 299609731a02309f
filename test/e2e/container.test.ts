import { beforeAll, expect, it } from "vitest";
import type { Context } from "../../src/context.ts";
import type { Image } from "../../src/image/image.ts";
import { loadImages } from "../../src/image/load-images.ts";
import { openContainerSource } from "../../src/transport/container/source.ts";
import type { EngineClient } from "../../src/transport/daemon/client.ts";
import { listImages } from "../../src/transport/daemon/images.ts";
import { removeLeftovers, tagImage } from "../../src/transport/daemon/tags.ts";
import { temporaryTag } from "../../src/transport/daemon/temporary-name.ts";
import { compareTrees } from "../support/compare-trees.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import type { CorpusImage } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { API_ENGINES, copyImage, engineClient, engineReference, readImage } from "../support/engine-copy.ts";
import type { ApiEngine } from "../support/engines/engine-set.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";
import { snapshotTree, type TreeSnapshot } from "../support/tree-snapshot.ts";
import { watchEngine } from "../support/watch-engine.ts";

/** The name under which the harness mounts an image in a containerd store. */
const CURRENT = "planish-e2e:current";
const EXOTIC = "crafted/exotic:latest";
const CHANGES = [
  "echo changed > /exotic/said",
  "rm /exotic/link",
  "mkdir -p /made/deep",
  "echo new > /made/deep/file",
  "chmod 751 /made",
  "ln /made/deep/file /made/linked",
];

/** Folders that podman creates as mount points if the image does not have them; what is mounted there is left out. */
const PODMANS_FOLDERS = ["dev", "etc", "proc", "run", "sys"].map((name) => `${name} unexpected directory`);

e2eSuite("A container", (workshop) => {
  const folder = testFolder();
  let exotic: CorpusImage;
  beforeAll(() => {
    exotic = exoticImage(workshop);
  });

  it.each(API_ENGINES)("of %s is its image with what was changed in it, stopped or running", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const engine = workshop.engines[name];
    const id = await engine.load(exotic.archive);
    const original = await engine.mount(id, snapshotTree);
    const before = (await readImage(client, id, context)).image;
    const changed = await watchEngine(client, [EXOTIC]);
    const container = await start(client, name, id);
    try {
      const running = await read(client, container, context);
      await client.request({ method: "POST", path: `/containers/${container}/stop`, query: { t: "0" } });
      const stopped = await read(client, container, context);
      // containerd gives whiteouts the time of the commit, so the container's own layer differs each time.
      const below = before.layers.map(({ diffId }) => diffId);
      expect(running.image.layers.slice(0, -1).map(({ diffId }) => diffId)).toEqual(below);
      expect(stopped.image.layers.slice(0, -1).map(({ diffId }) => diffId)).toEqual(below);
      expectConfig(before, running.image);
      expect(running.rules).toEqual(["container-layer-truncated", "container-paused", "container-mount"]);
      expect(stopped.rules).toEqual(["container-layer-truncated", "container-mount"]);
      expect(await changed()).toEqual([]);
      await using source = await openContainerSource(engineReference(client, container), client, context);
      await copyImage(source, { client, name: CURRENT, force: true }, context);
      const made = name.startsWith("podman") ? PODMANS_FOLDERS : [];
      expectChanged(original, await engine.mount(CURRENT, snapshotTree), made);
      await engine.remove(CURRENT);
    } finally {
      await client.request({ method: "DELETE", path: `/containers/${container}`, query: { force: "1", v: "1" } });
      await engine.remove(id);
    }
  });

  it.each(API_ENGINES)("of %s leaves no commit behind when the run is aborted", async (name) => {
    const abort = new AbortController();
    await using outer = transportContext(folder.path);
    const client = await engineClient(workshop, name, outer);
    const id = await workshop.engines[name].load(exotic.archive);
    const changed = await watchEngine(client, [EXOTIC]);
    const container = await start(client, name, id);
    try {
      await using context = transportContext(folder.path, { signal: abort.signal });
      const aborted = await engineClient(workshop, name, context);
      const stopping = {
        ...aborted,
        json: async (request: Parameters<EngineClient["json"]>[0]) => {
          const answer = await aborted.json(request);
          if (request.path === "/commit") abort.abort(new Error("stop here"));
          return answer;
        },
      };
      await expect(read(stopping, container, context)).rejects.toThrow("stop here");
      expect(await changed()).toEqual([]);
    } finally {
      // Otherwise the removal would make podman wait ten seconds after a SIGTERM that the shell ignores.
      await client.request({ method: "POST", path: `/containers/${container}/kill` }).catch(() => {});
      await client.request({ method: "DELETE", path: `/containers/${container}`, query: { force: "1", v: "1" } });
      await workshop.engines[name].remove(id);
    }
  });

  it.each(API_ENGINES)("of %s has the leftovers of a killed run removed, and nothing else", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const id = await workshop.engines[name].load(exotic.archive);
    const changed = await watchEngine(client, [EXOTIC]);
    const old = "planish-temporary:commit-1577836800-01234567-1-89abcdef";
    await tagImage(client, id, old);
    await removeLeftovers(client, AbortSignal.any([]));
    expect(await changed()).toEqual([]);
    const kept = [temporaryTag("commit"), "planish-temporary:mine", old.replace("planish", "other")];
    for (const name of kept) await tagImage(client, id, name);
    await removeLeftovers(client, AbortSignal.any([]));
    const tags = (await listImages(client)).flatMap((each) => each.tags);
    for (const name of kept) expect(tags.join()).toContain(name);
    await workshop.engines[name].remove(id);
  });

  it("is committed only when it is read, so that a run refused for its destination does not pause it", async () => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, "docker20", context);
    const id = await workshop.engines.docker20.load(exotic.archive);
    const container = await start(client, "docker20", id);
    const posted: string[] = [];
    const recording: EngineClient = {
      ...client,
      json: async (request) => {
        if (request.method === "POST") posted.push(request.path);
        return client.json(request);
      },
    };
    try {
      await using source = await openContainerSource(engineReference(client, container), recording, context);
      expect(posted).toEqual([]);
      await source.resolve();
      expect(posted).toEqual(["/commit"]);
    } finally {
      await client.request({ method: "DELETE", path: `/containers/${container}`, query: { force: "1", v: "1" } });
      await workshop.engines.docker20.remove(id);
    }
  });

  it("that does not exist is reported", async () => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, "docker20", context);
    const failure = { code: "SOURCE_NOT_FOUND", message: expect.stringContaining("No such container: nobody") };
    await expect(read(client, "nobody", context)).rejects.toMatchObject(failure);
  });

  /** A container with its own variable, label and volume, in which {@link CHANGES} were made. */
  async function start(client: EngineClient, name: ApiEngine, image: string): Promise<string> {
    const script = `${CHANGES.join(" && ")} && touch /tmp-ready; exec sleep 1000`;
    const body = Buffer.from(
      JSON.stringify({
        Image: image,
        Cmd: ["sh", "-c", script],
        Env: ["ADDED=yes"],
        Labels: { added: "too" },
        Volumes: { "/volume": {} },
        HostConfig: { NetworkMode: "none", CgroupParent: `/${workshop.namespace.state.split("/").at(-1)}` },
      }),
    );
    const headers = { "content-type": "application/json" };
    const stream = (async function* () {
      yield body;
    })();
    const made = await client.json({ method: "POST", path: "/containers/create", headers, body: stream });
    const { Id } = made as { Id: string };
    await client.request({ method: "POST", path: `/containers/${Id}/start` });
    await ready(client, Id, name);
    return Id;
  }
});

async function ready(client: EngineClient, id: string, name: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const changes = (await client.json({ path: `/containers/${id}/changes` })) as { Path: string }[];
    if (changes.some(({ Path }) => Path === "/tmp-ready")) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the container of ${name} did not change its files`);
}

async function read(client: EngineClient, name: string, context: Context): Promise<{ image: Image; rules: string[] }> {
  await using source = await openContainerSource(engineReference(client, name), client, context);
  const { images } = await loadImages(source, { all: false }, context);
  return { image: images[0] as Image, rules: source.diagnostics.map(({ rule }) => rule) };
}

function expectConfig(before: Image, after: Image): void {
  const original = before.config.json.config as { Env: string[]; Labels: object };
  const { Cmd, ...config } = after.config.json.config as Record<string, unknown>;
  expect(Cmd).toEqual(["sh", "-c", expect.stringContaining("exec sleep")]);
  const { Cmd: _, ...kept } = before.config.json.config as Record<string, unknown>;
  const expected = {
    ...kept,
    Env: [...original.Env, "ADDED=yes"],
    Labels: { ...original.Labels, added: "too" },
    Volumes: { "/volume": {} },
  };
  expect(config).toEqual(expected);
  expect(after.config.json.history?.length).toBe(before.config.json.rootfs.diff_ids.length + 1);
}

/** Times of changed files are those of the test run, in whole seconds. */
function expectChanged(original: TreeSnapshot, copy: TreeSnapshot, made: readonly string[]): void {
  const names = compareTrees(original, copy).map(
    (line) => line.replace(/: (unexpected|missing) /, " $1 ").split(": ")[0],
  );
  const expected = new Set([
    ...made,
    "exotic",
    "exotic/link missing symlink",
    "exotic/said",
    "made unexpected directory",
    "made/deep unexpected directory",
    "made/deep/file unexpected file",
    "made/linked unexpected file",
    "tmp-ready unexpected file",
    "volume unexpected directory",
  ]);
  expect(names.filter((name) => !expected.has(name ?? ""))).toEqual([]);
  expect(names).toEqual(
    expect.arrayContaining(["exotic/link missing symlink", "exotic/said", "made/linked unexpected file"]),
  );
  expect(copy.get("made")?.mode).toBe("751");
  expect(copy.get("made/linked")?.linkGroup).toBe("made/deep/file");
}
