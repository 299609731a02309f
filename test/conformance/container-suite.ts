import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Digest } from "../../src/oci/digest.ts";
import { parseManifest } from "../../src/oci/manifest.ts";
import type { Source } from "../../src/transport/contracts.ts";
import type { EngineClient } from "../../src/transport/daemon/client.ts";
import { openDestination } from "../../src/transport/open-destination.ts";
import { openSource } from "../../src/transport/open-source.ts";
import { NO_SERVERS } from "../../src/transport/servers.ts";
import type { Workshop } from "../support/corpus/workshop.ts";
import { engineClient } from "../support/engine-copy.ts";
import type { ApiEngine } from "../support/engines/engine-set.ts";
import { digestOf, type FixtureImage, image, sampleLayers } from "../support/image-fixture.ts";
import { file, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";
import { watchEngine } from "../support/watch-engine.ts";
import { writeBlobs } from "../support/write-image.ts";
import { engineFixture } from "./engine-fixture.ts";
import { bytesOf } from "./expect-image.ts";

/** A container that is opened, the image that it was created from, and what aborts the run. */
interface Given {
  readonly source: Source;
  readonly app: FixtureImage;
  readonly abort: AbortController;
}

/**
 * An image that shares no layer with any other. A containerd store collects what a removed image leaves some time after
 * the removal, and an image of the same layers that is loaded meanwhile may lose them before a container holds them.
 */
function ownImage(): FixtureImage {
  return image({ layers: [...sampleLayers(), layer(file("own", randomUUID()))] });
}

/**
 * The contract of `container:`, which is only a source: it returns what the image and the engine's commit contain, and
 * leaves nothing in the engine.
 */
export function containerSuite(workshop: Workshop, engine: ApiEngine): void {
  const transport = engine.startsWith("podman") ? "podman-container" : "container";
  describe(`${transport} of ${engine}`, () => {
    const folder = testFolder();

    /** Calls `use` with a container that was created and never started. */
    async function withContainer(use: (given: Given) => Promise<void>): Promise<void> {
      const fixture = engineFixture(workshop, engine);
      const app = ownImage();
      await using at = await fixture.open(folder.path);
      const abort = new AbortController();
      {
        await using context = transportContext(folder.path, { signal: abort.signal });
        await using to = await openDestination(at.target("base"), { force: false, servers: at.servers }, context);
        await to.commit(await writeBlobs(to, app, fixture.family), []);
      }
      await using context = transportContext(folder.path, { signal: abort.signal });
      const client = await engineClient(workshop, engine, transportContext(folder.path));
      const id = await createContainer(client, at.namesOf("base")[0] ?? "");
      try {
        const changed = await watchEngine(client, at.namesOf("base"));
        await using source = await openSource(`${transport}:${id}`, context, at.servers);
        expect(await changed()).toEqual([]);
        await use({ source, abort, app });
      } finally {
        await client.request({ method: "DELETE", path: `/containers/${id}`, query: { force: "1" } });
      }
    }

    it("returns the layers of its image byte for byte, streamed and in place", async () => {
      await withContainer(async ({ source, app }) => {
        const root = await source.resolve();
        const manifest = parseManifest(await bytesOf(source, root), root, transportContext("/").limits).json;
        const below = manifest.layers.slice(0, app.layers.length).map(({ digest }) => digest as string);
        expect(below).toEqual(app.layers.map(({ diffId }) => diffId));
        // Podman adds files before the first start, so its commit has a layer; Docker adds none if nothing was changed.
        expect(manifest.layers.length - below.length).toBeLessThanOrEqual(1);
        for (const layer of manifest.layers) {
          const bytes = await bytesOf(source, layer);
          expect(digestOf(bytes)).toBe(layer.digest);
          expect((await source.locateBlob?.(layer))?.size).toBe(bytes.length);
        }
        const { config } = JSON.parse(Buffer.from(await bytesOf(source, manifest.config)).toString());
        expect(config).toEqual({ Cmd: ["/bin/true"] });
      });
      expect(readdirSync(folder.path)).toEqual([]);
    });

    it("fails for a blob that does not exist, and stops reading when the run is aborted", async () => {
      await withContainer(async ({ source, abort }) => {
        const absent = { mediaType: "x", digest: `sha256:${"0".repeat(64)}` as Digest, size: 7 };
        await expect(bytesOf(source, absent)).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
        const root = await source.resolve();
        const { layers } = JSON.parse(Buffer.from(await bytesOf(source, root)).toString());
        abort.abort(new Error("interrupted"));
        await expect(bytesOf(source, layers[0])).rejects.toThrow("interrupted");
      });
      expect(readdirSync(folder.path)).toEqual([]);
    });

    it("cannot be written to", async () => {
      await using context = transportContext(folder.path);
      const opened = openDestination(`${transport}:anything`, { force: false, servers: NO_SERVERS }, context);
      await expect(opened).rejects.toMatchObject({ code: "REFERENCE_INVALID" });
    });
  });
}

async function createContainer(client: EngineClient, Image: string): Promise<string> {
  const body = (async function* () {
    yield Buffer.from(JSON.stringify({ Image, HostConfig: { NetworkMode: "none" } }));
  })();
  const headers = { "content-type": "application/json" };
  const made = await client.json({ method: "POST", path: "/containers/create", headers, body });
  return (made as { Id: string }).Id;
}
