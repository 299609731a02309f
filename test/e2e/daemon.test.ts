import { readdirSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { openDaemonDestination } from "../../src/transport/daemon/destination.ts";
import { findImage } from "../../src/transport/daemon/images.ts";
import { openDaemonSource } from "../../src/transport/daemon/source.ts";
import { openDockerArchive } from "../../src/transport/docker-archive/source.ts";
import { reference } from "../../src/transport/reference.ts";
import { compareTrees } from "../support/compare-trees.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import type { CorpusImage } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { API_ENGINES, copyImage, engineClient, engineReference, readImage, sendImage } from "../support/engine-copy.ts";
import { observe } from "../support/observe.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";
import { watchEngine } from "../support/watch-engine.ts";

const NAME = "crafted/exotic:latest";

e2eSuite("An engine's own images", (workshop) => {
  const folder = testFolder();
  let exotic: CorpusImage;
  beforeAll(() => {
    exotic = exoticImage(workshop);
  });

  it.each(API_ENGINES)("are found in %s by name, tag, ID and ID prefix, and named as requested", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const id = await workshop.engines[name].load(exotic.archive);
    try {
      const byTag = await readImage(client, NAME, context);
      expect(byTag.names).toEqual([client.engine === "podman" ? `localhost/${NAME}` : NAME]);
      for (const wanted of ["crafted/exotic", ...byTag.names]) {
        expect((await readImage(client, wanted, context)).names).toEqual(byTag.names);
      }
      const hex = id.replace("sha256:", "");
      for (const wanted of [hex, `sha256:${hex}`, hex.slice(0, 12)]) {
        const { image, names } = await readImage(client, wanted, context);
        expect(names).toEqual([]);
        expect(image.config.descriptor.digest).toBe(byTag.image.config.descriptor.digest);
        expect(image.layers).toEqual(byTag.image.layers);
      }
      await expect(readImage(client, "crafted/exotic:other", context)).rejects.toMatchObject({
        code: "SOURCE_NOT_FOUND",
        details: { hint: expect.stringMatching(/^planish images (docker-daemon|podman) lists what is there/) },
      });
    } finally {
      await workshop.engines[name].remove(id);
    }
  });

  it.each(API_ENGINES)("are saved from %s and loaded again unchanged", async (name) => {
    await using context = transportContext(folder.path);
    const engine = workshop.engines[name];
    const client = await engineClient(workshop, name, context);
    const id = await engine.load(exotic.archive);
    const [from, to] = [engineReference(client, NAME), `copy.test/exotic:${name.toLowerCase()}`];
    await using source = await openDaemonSource(from, client, context);
    expect((await copyImage(source, { client, name: to }, context)).text).toContain(to);
    const copy = await findImage(client, to);
    expect(copy?.tags).toContain(to);
    const inspected = await engine.inspect(to);
    const original = await observe(engine, id, exotic);
    await workshop.engines[name].remove(copy?.id ?? "");
    expect(inspected).toEqual(original.inspected);

    // Once more, into an engine without its layers.
    await copyImage(source, { client, name: NAME }, context);
    const again = await engine.load(exotic.archive);
    expect(compareTrees(original.tree, (await observe(engine, again, exotic)).tree)).toEqual([]);
  });

  it.each(API_ENGINES)(
    "take no name in %s that is taken, but with --force, or --in-place where it is the source's",
    async (name) => {
      await using context = transportContext(folder.path);
      const client = await engineClient(workshop, name, context);
      const id = await workshop.engines[name].load(exotic.archive);
      try {
        await using source = await openDockerArchive(reference("docker-archive", exotic.archive), context);
        const target = { client, name: NAME };
        const refused = { code: "DESTINATION_EXISTS" };
        await expect(copyImage(source, target, context)).rejects.toMatchObject(refused);
        await expect(copyImage(source, { ...target, force: true, sourceNames: [NAME] }, context)).rejects.toMatchObject(
          {
            ...refused,
            details: { hint: expect.stringContaining("--in-place") },
          },
        );
        await copyImage(source, { ...target, force: true }, context);
        const moved = { ...target, inPlace: true, sourceNames: [NAME] };
        await copyImage(source, moved, context);
        const others = [{ name: "other.test/it:1" }, { sourceNames: [] }];
        for (const other of others) {
          const none = { code: "ARGUMENT_INVALID", message: expect.stringMatching(/^--in-place moves /) };
          await expect(copyImage(source, { ...moved, ...other }, context)).rejects.toMatchObject(none);
        }
      } finally {
        await workshop.engines[name].remove(id);
      }
    },
  );

  it.each(API_ENGINES)(
    "are not there in %s after an abort in the middle of a layer, and no scratch is either",
    async (name) => {
      const abort = new AbortController();
      await using outer = transportContext(folder.path);
      const changed = await watchEngine(await engineClient(workshop, name, outer), ["aborted.test/it:1"]);
      {
        await using context = transportContext(folder.path, { signal: abort.signal });
        const client = await engineClient(workshop, name, context);
        await using source = await openDockerArchive(reference("docker-archive", exotic.archive), context);
        await using to = await openDaemonDestination(
          client,
          { to: engineReference(client, "aborted.test/it:1"), force: false },
          context,
        );
        const half = (async function* (): AsyncGenerator<Uint8Array> {
          yield new Uint8Array(4 * 1024 * 1024);
          abort.abort(new Error("stop here"));
          yield new Uint8Array(4 * 1024 * 1024);
        })();
        const layer = { mediaType: "x", digest: `sha256:${"0".repeat(64)}` as never, size: 64 * 1024 * 1024 };
        await expect(to.writeBlob(layer, () => half)).rejects.toThrow("stop here");
        await expect(sendImage(source, to, context)).rejects.toThrow("stop here");
      }
      expect(readdirSync(folder.path)).toEqual([]);
      expect(await changed()).toEqual([]);
    },
  );
});
