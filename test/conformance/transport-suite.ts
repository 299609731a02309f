import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chunksOf } from "../../src/bytes/chunks-of.ts";
import type { Context } from "../../src/context.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import type { Digest } from "../../src/oci/digest.ts";
import { parseIndex } from "../../src/oci/image-index.ts";
import { openDestination } from "../../src/transport/open-destination.ts";
import { openSource } from "../../src/transport/open-source.ts";
import { blob, descriptor, type FixtureBlob, type FixtureImage, image, json } from "../support/image-fixture.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";
import { writeBlobs } from "../support/write-image.ts";
import { bytesOf, expectImage } from "./expect-image.ts";
import { layerOf } from "./layer-of.ts";
import type { TransportFixture, TransportPlace } from "./transport-fixture.ts";

const APP = image({ tags: ["app:1"], compression: "gzip" });
const OTHER = image({ tags: ["app:1"], compression: "gzip", architecture: "arm64" });

/** The contract of every transport; see `Source` and `Destination`. */
export function transportSuite(title: string, fixture: TransportFixture): void {
  describe(title, () => {
    const folder = testFolder();
    const { family } = fixture;
    const layer = APP.layers[0]?.[family] as FixtureBlob;
    const described = descriptor(layer) as Descriptor;
    const place = () => fixture.open(folder.path);

    const open = ({ tags, servers, target }: TransportPlace, context: Context, { force = false, name = "out" } = {}) =>
      openDestination(target(name), { force, tags, servers }, context);

    async function write(at: TransportPlace, app: FixtureImage = APP, more: { force?: boolean; name?: string } = {}) {
      await using context = transportContext(folder.path);
      await using to = await open(at, context, more);
      const { text } = await to.commit(await writeBlobs(to, app, family), at.tags);
      moved = (to.diagnostics ?? []).map(({ rule, message }) => `${rule}: ${message}`);
      return text;
    }

    /** The last write's diagnostics, on names that were moved. */
    let moved: readonly string[] = [];

    it("returns the bytes that were written, and the names", async () => {
      await using at = await place();
      const written = await write(at);
      await using context = transportContext(folder.path);
      await using from = await openSource(written, context, at.servers);
      expect(from.names).toEqual(at.namesOf("out"));
      await expectImage(from, APP, { ...fixture, limits: context.limits });
    });

    it("fails for a blob that does not exist, and stops reading when the run is aborted", async () => {
      await using at = await place();
      const written = await write(at);
      const abort = new AbortController();
      await using context = transportContext(folder.path, { signal: abort.signal });
      await using from = await openSource(written, context, at.servers);
      const root = await from.resolve();
      const absent = { mediaType: "x", digest: `sha256:${"0".repeat(64)}` as Digest, size: 7 };
      await expect(bytesOf(from, absent)).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
      const { layers } = JSON.parse(Buffer.from(await bytesOf(from, root)).toString());
      abort.abort(new Error("interrupted"));
      await expect(bytesOf(from, layers[0])).rejects.toThrow("interrupted");
    });

    it("accepts a blob twice and stores it once", async () => {
      await using at = await place();
      await using context = transportContext(folder.path);
      await using to = await open(at, context);
      expect(await to.hasBlob(described)).toBe(false);
      await to.writeBlob(described, () => chunksOf(layer.bytes));
      expect(await to.hasBlob(described)).toBe(true);
      await to.writeBlob(described, () => {
        throw new Error("opened a blob that it has");
      });
    });

    it("stores a layer whose digest is known only at its end, also if it already has it", async () => {
      await using at = await place();
      await using context = transportContext(folder.path);
      await using to = await open(at, context);
      const first = await to.writeLayer(() => layerOf(layer));
      expect(first.digest).toBe(layer.digest);
      expect(await to.hasBlob(described)).toBe(true);
      expect((await to.writeLayer(() => layerOf(layer))).digest).toBe(layer.digest);
      const { text } = await to.commit(await writeBlobs(to, APP, family), at.tags);
      await using from = await openSource(text, context, at.servers);
      await expectImage(from, APP, { ...fixture, limits: context.limits });
    });

    it("shows nothing before the commit, and leaves no trace without one", async () => {
      await using at = await place();
      {
        await using context = transportContext(folder.path);
        await using to = await open(at, context);
        await writeBlobs(to, APP, family);
        expect(await at.visible()).toEqual([]);
      }
      await expectNoTrace(at);
    });

    it("shows everything after it, and leaves nothing else", async () => {
      await using at = await place();
      await write(at);
      expect(await at.visible()).toHaveLength(1);
      expect([await at.traces(), hidden()]).toEqual([[], []]);
    });

    it.each([
      ["changed", "DIGEST_MISMATCH", changed(layer.bytes)],
      ["cut", "SIZE_MISMATCH", layer.bytes.subarray(1)],
    ])("refuses a blob that is %s, and takes the right one afterwards", async (_, code, bytes) => {
      await using at = await place();
      {
        await using context = transportContext(folder.path);
        await using to = await open(at, context);
        await expect(to.writeBlob(described, () => chunksOf(bytes))).rejects.toMatchObject({ code });
        expect(await to.hasBlob(described)).toBe(false);
        if (fixture.refusedBlob === "is forgotten") await to.commit(await writeBlobs(to, APP, family), at.tags);
        else await expect(writeBlobs(to, APP, family)).rejects.toThrow();
      }
      if (fixture.refusedBlob === "ends the upload") {
        await expectNoTrace(at);
        await write(at);
      }
      await using context = transportContext(folder.path);
      await using from = await openSource(at.target("out"), context, at.servers);
      await expectImage(from, APP, { ...fixture, limits: context.limits });
    });

    it("stops when the run is aborted and leaves no trace", async () => {
      await using at = await place();
      const abort = new AbortController();
      const reason = new Error("interrupted");
      {
        await using context = transportContext(folder.path, { signal: abort.signal });
        await using to = await open(at, context);
        async function* interrupted() {
          yield Buffer.alloc(1000);
          abort.abort(reason);
          yield Buffer.alloc(1000);
          yield Buffer.alloc(1000);
        }
        const long = { mediaType: "x", digest: `sha256:${"0".repeat(64)}` as Digest, size: 3000 };
        await expect(to.writeBlob(long, interrupted)).rejects.toBe(reason);
      }
      await expectNoTrace(at);
    });

    it("refuses an existing target before any work, and replaces it when forced", async () => {
      await using at = await place();
      const written = await write(at);
      await using context = transportContext(folder.path);
      await expect(open(at, context)).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
      await using kept = await openSource(written, context, at.servers);
      await expectImage(kept, APP, { ...fixture, limits: context.limits });
      expect(moved).toEqual([]);
      await write(at, OTHER, { force: true });
      expect(await at.visible()).toHaveLength(1);
      await using from = await openSource(written, context, at.servers);
      await expectImage(from, OTHER, { ...fixture, limits: context.limits });
      if (at.unnamed === undefined) return;
      expect(moved).toEqual([expect.stringMatching(/^name-moved: \S+:out was sha256:/)]);
      const [before = ""] = /sha256:[0-9a-f]{64}/.exec(moved[0] ?? "") ?? [];
      await using unnamed = await openSource(at.unnamed(before), context, at.servers);
      await expectImage(unnamed, APP, { ...fixture, limits: context.limits });
      await write(at, OTHER, { force: true });
      expect(moved).toEqual([]);
    });

    it("gives equal results for equal images", async () => {
      await using at = await place();
      await write(at, APP, { name: "one" });
      await write(at, APP, { name: "two" });
      expect(await at.identity("one")).toEqual(await at.identity("two"));
    });

    if (fixture.index) {
      it("keeps an index with its images", async () => {
        await using at = await place();
        await using context = transportContext(folder.path);
        await using to = await open(at, context);
        const mediaType = "application/vnd.oci.image.index.v1+json";
        const manifests = [APP, OTHER].map(({ oci, platform }) => descriptor(oci, { platform }));
        const stored = blob(mediaType, json({ schemaVersion: 2, mediaType, manifests }));
        const index = parseIndex(stored.bytes, descriptor(stored) as Descriptor, context.limits);
        for (const app of [APP, OTHER]) await writeBlobs(to, app, "oci");
        await to.writeManifest(index);
        const { text } = await to.commit(index.descriptor, at.tags);
        await using from = await openSource(text, context, at.servers);
        expect(await from.resolve()).toMatchObject(index.descriptor);
        for (const { oci } of [APP, OTHER]) {
          expect(Buffer.from(await bytesOf(from, descriptor(oci) as Descriptor))).toEqual(Buffer.from(oci.bytes));
        }
      });
    } else {
      it("says that it holds no index", async () => {
        await using at = await place();
        await using context = transportContext(folder.path);
        await using to = await open(at, context);
        expect(to.accepts.index).toBe(false);
      });
    }

    if (!fixture.closed) {
      it("detects that a stored blob was changed", async () => {
        await using at = await place();
        const written = await write(at);
        await at.tamper?.(layer);
        await using context = transportContext(folder.path);
        await using from = await openSource(written, context, at.servers);
        await expect(bytesOf(from, described)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
      });
    }

    function hidden(): string[] {
      return readdirSync(folder.path).filter((name) => /^(\.|planish-)/.test(name));
    }

    async function expectNoTrace(at: TransportPlace): Promise<void> {
      expect([await at.visible(), await at.traces(), hidden()]).toEqual([[], [], []]);
    }
  });
}

function changed(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(255 - copy.readUInt8(20), 20);
  return copy;
}
