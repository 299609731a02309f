import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collect } from "../../src/bytes/collect.ts";
import { isFlattenError } from "../../src/errors.ts";
import { parseManifest } from "../../src/oci/manifest.ts";
import { openSource } from "../../src/transport/open-source.ts";
import { NO_SERVERS } from "../../src/transport/servers.ts";
import { archiveBytes, dockerClassic, dockerHybrid, ociLayout } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { useSeed } from "../support/seed.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";

useSeed();
const folder = testFolder();
const app = image({ tags: ["app:1"] });
const contents = new Set(
  [app.config, ...app.layers.map(({ tar }) => tar)].map((bytes) => Buffer.from(bytes).toString("latin1")),
);

/** Everything that is read from an archive, or the error instead. */
async function readAll(archive: Uint8Array): Promise<string[]> {
  writeFileSync(folder.in("a.tar"), archive);
  await using context = transportContext(folder.path);
  try {
    await using source = await openSource(folder.in("a.tar"), context, NO_SERVERS);
    const root = await source.resolve();
    const { json } = parseManifest(await collect(source.readBlob(root), 1e6, "test"), root, context.limits);
    const blobs = [];
    for (const blob of [json.config, ...json.layers]) blobs.push(await collect(source.readBlob(blob), 1e6, "test"));
    return blobs.map((bytes) => Buffer.from(bytes).toString("latin1"));
  } catch (error) {
    if (isFlattenError(error)) return [];
    throw error;
  }
}

const damage = fc.oneof(
  fc.record({
    kind: fc.constant("flip" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    to: fc.integer({ min: 0, max: 255 }),
  }),
  fc.record({ kind: fc.constant("cut" as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant("repeat" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    blocks: fc.integer({ min: 1, max: 4 }),
  }),
);

describe("a damaged archive", () => {
  it.each([
    ["docker-archive", dockerClassic(app)],
    ["hybrid", dockerHybrid(app)],
    ["oci-archive", ociLayout(app)],
  ])("of the form %s gives a clear error or the original bytes, never others", async (_, files) => {
    const intact = Buffer.from(archiveBytes(files));
    expect((await readAll(intact)).every((bytes) => contents.has(bytes))).toBe(true);
    const property = fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
      const archive = damages.reduce<Buffer>((bytes, { at, ...how }) => {
        const offset = Math.floor(at * (bytes.length - 1));
        if (how.kind === "cut") return bytes.subarray(0, offset);
        const block = offset - (offset % 512);
        if (how.kind === "repeat")
          return Buffer.concat([bytes.subarray(0, block + how.blocks * 512), bytes.subarray(block)]);
        const copy = Buffer.from(bytes);
        if (offset >= 0) copy[offset] = how.to;
        return copy;
      }, intact);
      for (const bytes of await readAll(archive)) expect(isOurs(bytes)).toBe(true);
    });
    await fc.assert(property, { numRuns: 150 });
  });
});

/**
 * In archives without a manifest, a damaged config has another digest, so it is not taken for that of another image.
 */
function isOurs(bytes: string): boolean {
  return contents.has(bytes) || bytes.startsWith("{");
}
