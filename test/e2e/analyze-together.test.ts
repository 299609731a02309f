import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { expect, it } from "vitest";
import { type AnalyzeOptions, analyze, copy, type ProgressEvent } from "../../src/index.ts";
import { encodeName } from "../../src/transport/daemon/images.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { type ApiEngine, engineSockets } from "../support/engines/engine-set.ts";
import { contents } from "../support/hard-places.ts";
import { containerdExport, dockerHybrid, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { file, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const REPOSITORY = "localhost:5000/together/app";
const layerOf = (name: string, bytes = 300_000) => layer(file(name, name.repeat(bytes / name.length)));
const [debian, alpine, apt] = [layerOf("debian"), layerOf("alpine"), layerOf("apt")];
const own = (name: string) => layerOf(name, 9000);

e2eSuite("Analysis of images that share layers", (workshop) => {
  const folder = testFolder();

  /** How to reach an engine of the matrix, and what to do with it. */
  function opened(name: ApiEngine) {
    const transport = name.startsWith("podman") ? "podman" : "docker-daemon";
    const socket = engineSockets(workshop.namespace)[name];
    const engine = { [transport === "podman" ? "podman" : "docker"]: { host: `unix://${socket}` } };
    return {
      transport,
      engine,
      async load(path: string, names: readonly string[]): Promise<void> {
        for (const each of names) {
          const options = { ...engine, force: true, allPlatforms: name === "docker26Containerd" };
          await copy(`docker-archive:${path}:${each}`, `${transport}:${each}`, options);
        }
      },
      async unload(names: readonly string[]): Promise<void> {
        for (const each of names) await workshop.engines[name].remove(each).catch(() => {});
      },
      /** As when somebody else removes an image: at once, while planish runs. */
      removeNow(image: string): void {
        const path = `/images/${encodeName(image)}`;
        const script = `require("http").request({ method: "DELETE", socketPath: "${socket}", path: "${path}" }).end()`;
        spawnSync(process.execPath, ["-e", script]);
      },
    };
  }

  /** Analyzes with an empty scratch, and counts how often the engine saved. */
  async function watched(texts: readonly string[], options: AnalyzeOptions) {
    let saves = 0;
    const scratch = mkdtempSync(folder.in("scratch-"));
    const onProgress = (event: ProgressEvent): void => {
      if (event.type === "started" && event.label.endsWith(" save")) saves += 1;
      options.onProgress?.(event);
    };
    const result = await analyze(texts, { ...options, scratch, onProgress });
    expect(contents(scratch)).toEqual({});
    return { ...result, saves };
  }

  it.each<ApiEngine>(["docker20", "docker26", "docker26Containerd", "podman4", "podman5"])(
    "in %s saves them together, and finds in each what it finds in it alone",
    async (name) => {
      const { transport, engine, load, unload } = opened(name);
      const images = [
        image({ tags: [`${REPOSITORY}:1`], layers: [debian, apt] }),
        image({ tags: [`${REPOSITORY}:alpine`], layers: [alpine, own("x")] }),
        // Of which the first one is the base.
        image({ tags: [`${REPOSITORY}:2`, "localhost/together/other:1"], layers: [debian, apt, own("b")] }),
        image({ tags: [`${REPOSITORY}:alpine2`], layers: [alpine, own("y"), alpine] }),
        image({ tags: [`${REPOSITORY}:apart`], layers: [own("z")] }),
      ];
      const names = images.flatMap(({ tags }) => tags);
      await load(writeArchive(folder.in(`${name}.tar`), dockerHybrid(...images)), names);
      try {
        const texts = names.map((each) => `${transport}:${each}`);
        const alone = await Promise.all(texts.map(async (text) => (await analyze([text], engine)).sources));
        const together = await watched(texts, engine);
        expect(together.sources).toEqual(alone.flat());
        expect(together.saves).toBe(3);
        const all = await watched([], { ...engine, allOf: `${transport}:${REPOSITORY}` });
        expect([all.sources.length, all.diagnostics, all.saves]).toEqual([5, [], 3]);
        for (const source of all.sources) expect(alone.flat()).toContainEqual(source);
      } finally {
        await unload(names);
      }
    },
  );

  it("in a containerd store keeps apart what has one config: indexes, and other compressions of an image", async () => {
    const { engine, load, unload } = opened("docker26Containerd");
    const layers = [debian, own("a")];
    const forms = (["gzip", "zstd"] as const).map((compression) =>
      image({ tags: [`${REPOSITORY}:${compression}`], layers, compression }),
    );
    const both = ["amd64", "arm64"].map((architecture) => image({ architecture, layers, compression: "gzip" }));
    const index = `${REPOSITORY}:index`;
    const names = [...forms.flatMap(({ tags }) => tags), index];
    await load(writeArchive(folder.in("forms.tar"), dockerHybrid(...forms)), names.slice(0, 2));
    await load(writeArchive(folder.in("index.tar"), containerdExport(index, both, both)), [index]);
    try {
      const texts = names.map((each) => `docker-daemon:${each}`);
      const alone = await Promise.all(texts.map(async (text) => (await analyze([text], engine)).sources));
      const { sources, saves } = await watched(texts, engine);
      expect(sources).toEqual(alone.flat());
      expect(sources.map(({ images }) => images.length)).toEqual([1, 1, 2]);
      // Docker gives a manifest one name in an archive, so that the image that is also in the index is saved alone.
      expect(saves).toBe(2);
    } finally {
      await unload(names);
    }
  });

  it.each<ApiEngine>(["docker26", "docker26Containerd", "podman5"])(
    "in %s goes without one that is removed meanwhile, and still saves the others together",
    async (name) => {
      const { transport, engine, load, unload, removeNow } = opened(name);
      const images = ["a", "b", "c", "d", "e"].map((each, at) =>
        image({ tags: [`${REPOSITORY}:${each}`], layers: [at < 2 ? alpine : debian, own(each)] }),
      );
      const names = images.flatMap(({ tags }) => tags);
      await load(writeArchive(folder.in(`removed-${name}.tar`), dockerHybrid(...images)), names);
      let lost: string | undefined;
      const onProgress = (event: ProgressEvent): void => {
        if (event.type !== "image" || lost !== undefined) return;
        // The last one to be listed is not in the batch of the first one, whichever that is.
        lost = names[event.label.endsWith(":a") || event.label.endsWith(":b") ? 3 : 0] ?? "";
        removeNow(lost);
      };
      try {
        const result = await watched([], { ...engine, allOf: `${transport}:${REPOSITORY}`, onProgress });
        expect(result.sources.flatMap((source) => source.names).toSorted()).toEqual(names.filter((it) => it !== lost));
        expect(result.diagnostics).toMatchObject([
          { rule: "image-unreadable", message: expect.stringContaining(`${transport}:${lost} cannot be read: `) },
        ]);
        expect(result.saves).toBe(2);
      } finally {
        await unload(names);
      }
    },
  );
});
