import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chunksOf } from "../../src/bytes/chunks-of.ts";
import { collect } from "../../src/bytes/collect.ts";
import type { Context } from "../../src/context.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import type { DiffId, Digest } from "../../src/oci/digest.ts";
import { parseManifest } from "../../src/oci/manifest.ts";
import type { Destination, EncodedLayer, EncodingLayer } from "../../src/transport/contracts.ts";
import { openDestination } from "../../src/transport/open-destination.ts";
import { openSource } from "../../src/transport/open-source.ts";
import { contents, onFullDisk, withoutRights } from "../support/hard-places.ts";
import { type FixtureBlob, type FixtureImage, image } from "../support/image-fixture.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";

/** What the suite needs to know of one transport. */
export interface TransportFixture {
  /** A reference to a new image below a folder. */
  target(folder: string, name: string): string;
  readonly family: "oci" | "docker";
}

/** What every transport that holds files promises; see `Source` and `Destination`. */
export function transportSuite(title: string, fixture: TransportFixture): void {
  describe(title, () => {
    const folder = testFolder();
    const app = image({ tags: ["app:1"], compression: "gzip" });
    const target = (name = "out") => fixture.target(folder.path, name);

    const open = (context: Context, force = false, name?: string) =>
      openDestination(target(name), { force, tags: ["app:1"] }, context);

    async function write(force = false, name?: string): Promise<string> {
      await using context = transportContext(folder.path);
      await using to = await open(context, force, name);
      await writeImage(to, app, fixture.family);
      return (await to.commit(root(app, fixture.family), ["app:1"])).text;
    }

    it("gives back the bytes that were written, and the name", async () => {
      const written = await write();
      await using context = transportContext(folder.path);
      await using from = await openSource(written, context);
      expect(from.names).toEqual(["app:1"]);
      const found = await from.resolve();
      expect(found).toMatchObject(root(app, fixture.family));
      const manifest = parseManifest(await collect(from.readBlob(found), 1e6, "test"), found, context.limits).json;
      expect(Buffer.from(await collect(from.readBlob(manifest.config), 1e6, "test"))).toEqual(Buffer.from(app.config));
      for (const [at, layer] of manifest.layers.entries()) {
        const expected = Buffer.from(app.layers[at]?.[fixture.family].bytes ?? "");
        expect(Buffer.from(await collect(from.readBlob(layer), 1e6, "test"))).toEqual(expected);
        const located = await from.locateBlob?.(layer);
        expect(Buffer.from(await collect(located?.stream() ?? chunksOf(new Uint8Array()), 1e6, "test"))).toEqual(
          expected,
        );
      }
    });

    it("takes a blob twice and stores it once", async () => {
      await using context = transportContext(folder.path);
      await using to = await open(context);
      const [layer] = app.layers;
      const blob = described(layer?.[fixture.family] as FixtureBlob);
      expect(await to.hasBlob(blob)).toBe(false);
      await to.writeBlob(blob, () => chunksOf(layer?.[fixture.family].bytes ?? new Uint8Array()));
      expect(await to.hasBlob(blob)).toBe(true);
      await to.writeBlob(blob, () => {
        throw new Error("opened a blob that it has");
      });
    });

    it("stores a layer whose digest is known at its end, also when it has it already", async () => {
      await using context = transportContext(folder.path);
      await using to = await open(context);
      const stored = app.layers[0]?.[fixture.family] as FixtureBlob;
      const first = await to.writeLayer(() => encoding(stored));
      expect(first.digest).toBe(stored.digest);
      expect(await to.hasBlob(described(stored))).toBe(true);
      expect((await to.writeLayer(() => encoding(stored))).digest).toBe(stored.digest);
      await writeImage(to, app, fixture.family);
      const { text } = await to.commit(root(app, fixture.family), ["app:1"]);
      await using from = await openSource(text, context);
      expect(Buffer.from(await collect(from.readBlob(described(stored)), 1e6, "test"))).toEqual(
        Buffer.from(stored.bytes),
      );
    });

    it("shows nothing before the commit, and leaves no trace without one", async () => {
      {
        await using context = transportContext(folder.path);
        await using to = await open(context);
        await writeImage(to, app, fixture.family);
        expect(visible(folder.path)).toEqual([]);
      }
      expect(readdirSync(folder.path)).toEqual([]);
    });

    it("leaves nothing hidden after a commit", async () => {
      await write();
      expect(readdirSync(folder.path).filter((name) => name.startsWith("."))).toEqual([]);
      expect(visible(folder.path)).toHaveLength(1);
    });

    it("refuses a blob with other bytes, and takes the right ones afterwards", async () => {
      await using context = transportContext(folder.path);
      await using to = await open(context);
      const stored = app.layers[0]?.[fixture.family] as FixtureBlob;
      const tampered = Buffer.from(stored.bytes);
      tampered.writeUInt8(tampered.readUInt8(20) === 0 ? 1 : 0, 20);
      const wrong = to.writeBlob(described(stored), () => chunksOf(tampered));
      await expect(wrong).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
      const short = to.writeBlob(described(stored), () => chunksOf(stored.bytes.subarray(1)));
      await expect(short).rejects.toMatchObject({ code: "SIZE_MISMATCH" });
      expect(await to.hasBlob(described(stored))).toBe(false);
      await writeImage(to, app, fixture.family);
      const { text } = await to.commit(root(app, fixture.family), ["app:1"]);
      await using from = await openSource(text, context);
      expect(await collect(from.readBlob(described(stored)), 1e6, "test")).toHaveLength(stored.bytes.length);
    });

    it("stops when the run is aborted and leaves no trace", async () => {
      const abort = new AbortController();
      const reason = new Error("interrupted");
      {
        await using context = transportContext(folder.path, { signal: abort.signal });
        await using to = await open(context);
        async function* interrupted() {
          yield Buffer.alloc(1000);
          abort.abort(reason);
          yield Buffer.alloc(1000);
          yield Buffer.alloc(1000);
        }
        const blob = { mediaType: "x", digest: `sha256:${"0".repeat(64)}` as Digest, size: 3000 };
        await expect(to.writeBlob(blob, interrupted)).rejects.toBe(reason);
      }
      expect(readdirSync(folder.path)).toEqual([]);
    });

    it("refuses an existing target before any work, and replaces it when forced", async () => {
      await write();
      await using context = transportContext(folder.path);
      await expect(open(context)).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
      await write(true);
      expect(visible(folder.path)).toHaveLength(1);
    });

    it("gives equal bytes for equal images", async () => {
      await write(false, "one");
      await write(false, "two");
      expect(contents(join(folder.path, readdirSync(folder.path)[0] ?? ""))).toEqual(
        contents(join(folder.path, readdirSync(folder.path)[1] ?? "")),
      );
    });

    it("says that the disk is full and leaves nothing on it", async (test) => {
      await onFullDisk(test, folder.in("small"), async (disk) => {
        {
          await using context = transportContext(folder.path);
          await using to = await openDestination(fixture.target(disk, "out"), { force: false }, context);
          await expect(to.writeLayer(() => encoding(large()))).rejects.toMatchObject({ code: "DISK_FULL" });
        }
        expect(readdirSync(disk)).toEqual([]);
      });
    });

    it("refuses a folder that cannot be written", async (test) => {
      mkdirSync(folder.in("closed"));
      chmodSync(folder.path, 0o755);
      chmodSync(folder.in("closed"), 0o555);
      await withoutRights(test, async () => {
        await using context = transportContext(folder.path);
        const opened = openDestination(fixture.target(folder.in("closed"), "out"), { force: false }, context);
        await expect(opened).rejects.toMatchObject({ code: "DESTINATION_REFUSED" });
      });
      expect(readdirSync(folder.in("closed"))).toEqual([]);
    });

    it("refuses a target in a folder that does not exist", async () => {
      await using context = transportContext(folder.path);
      const opened = openDestination(fixture.target(folder.in("missing"), "out"), { force: false }, context);
      await expect(opened).rejects.toMatchObject({
        code: "DESTINATION_REFUSED",
        details: { hint: expect.any(String) },
      });
    });
  });
}

function visible(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.startsWith(".") && !name.startsWith("planish-"));
}

async function writeImage(to: Destination, app: FixtureImage, family: "oci" | "docker"): Promise<void> {
  const manifest = app[family];
  const { config } = JSON.parse(Buffer.from(manifest.bytes).toString());
  for (const layer of app.layers) await to.writeBlob(described(layer[family]), () => chunksOf(layer[family].bytes));
  await to.writeBlob(config, () => chunksOf(app.config));
  await to.writeManifest(parseManifest(manifest.bytes, root(app, family), transportContext("/").limits));
}

function root(app: FixtureImage, family: "oci" | "docker"): Descriptor {
  return described(app[family]);
}

function described({ mediaType, digest, bytes }: FixtureBlob): Descriptor {
  return { mediaType, digest: digest as Digest, size: bytes.length };
}

function large(): FixtureBlob {
  return { mediaType: "x", digest: `sha256:${"0".repeat(64)}`, bytes: Buffer.alloc(4 * 1024 * 1024) };
}

/** A layer as an encoder hands it over. */
function encoding({ digest, bytes }: FixtureBlob): EncodingLayer {
  const result: EncodedLayer = {
    compression: "gzip",
    digest: digest as Digest,
    size: bytes.length,
    diffId: digest as string as DiffId,
    uncompressedSize: bytes.length,
    copied: { verbatim: 0, stored: 0, recompressed: bytes.length },
  };
  return { compression: "gzip", uncompressedSize: bytes.length, stream: chunksOf(bytes), result: () => result };
}
