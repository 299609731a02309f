import { expect } from "vitest";
import { collect } from "../../src/bytes/collect.ts";
import type { Limits } from "../../src/limits.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { parseManifest } from "../../src/oci/manifest.ts";
import type { Source } from "../../src/transport/contracts.ts";
import { descriptor, type FixtureImage } from "../support/image-fixture.ts";
import type { TransportFixture } from "./transport-fixture.ts";

/** All bytes of a small blob. */
export function bytesOf(from: Source, blob: Descriptor): Promise<Uint8Array> {
  return collect(from.readBlob(blob), 1e6, "test");
}

/**
 * Expects that a source is an image, byte for byte: manifest if the store keeps one, config, and layers, both streamed
 * and in place.
 */
export async function expectImage(
  from: Source,
  app: FixtureImage,
  { keeps, family, local, limits }: Pick<TransportFixture, "keeps" | "family" | "local"> & { readonly limits: Limits },
): Promise<void> {
  const root = await from.resolve();
  if (keeps === "blobs") expect(root).toMatchObject(descriptor(app[family]));
  const manifest = parseManifest(await bytesOf(from, root), root, limits).json;
  expect(Buffer.from(await bytesOf(from, manifest.config))).toEqual(Buffer.from(app.config));
  expect(manifest.layers).toHaveLength(app.layers.length);
  for (const [at, layer] of manifest.layers.entries()) {
    const { tar, diffId, [family]: stored } = app.layers[at] as FixtureImage["layers"][number];
    const expected = keeps === "blobs" ? stored : { digest: diffId, bytes: tar };
    expect(layer.digest).toBe(expected.digest);
    expect(Buffer.from(await bytesOf(from, layer))).toEqual(Buffer.from(expected.bytes));
    const located = await from.locateBlob?.(layer);
    expect(located !== undefined).toBe(local);
    if (located !== undefined) {
      expect(Buffer.from(await collect(located.stream(), 1e6, "test"))).toEqual(Buffer.from(expected.bytes));
    }
  }
}
