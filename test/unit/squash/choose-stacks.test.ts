import { describe, expect, test } from "vitest";
import type { Image } from "../../../src/image/image.ts";
import { type ChosenStack, keptCompressions, namesBase } from "../../../src/squash/choose-stacks.ts";
import type { Destination } from "../../../src/transport/contracts.ts";
import { loadFixture } from "../../support/load-fixture.ts";

const DIGEST = `sha256:${"b".repeat(64)}` as Image["manifest"]["descriptor"]["digest"];

describe("namesBase", () => {
  test("holds for exactly the image that the annotations name", async () => {
    const annotations = { "org.opencontainers.image.base.digest": DIGEST };
    const annotated = await loadFixture({ manifest: { annotations } });
    const other = `sha256:${"c".repeat(64)}` as typeof DIGEST;
    expect(namesBase(annotated, { layers: 1, how: "named", name: "x", digest: DIGEST })).toBe(true);
    expect(namesBase(annotated, { layers: 1, how: "annotation", name: "x", digest: other })).toBe(true);
    expect(namesBase(annotated, { layers: 1, how: "named", name: "x", digest: other })).toBe(false);
    expect(namesBase(annotated, { layers: 1, how: "layer", name: "x" })).toBe(false);
    expect(namesBase(await loadFixture({}), { layers: 1, how: "named", name: "x", digest: DIGEST })).toBe(false);
  });
});

describe("keptCompressions", () => {
  test("are those of kept layers, if the destination accepts them", async () => {
    const image = await loadFixture({ layerType: "application/vnd.oci.image.layer.v1.tar+zstd" });
    const stack = (kept: boolean): ChosenStack => ({
      image,
      base: undefined,
      partition: [
        kept ? { kind: "keep", layer: 0 } : { kind: "squash", first: 0, last: 0 },
        { kind: "squash", first: 1, last: 1 },
      ],
    });
    const taking = (...compressions: ("gzip" | "zstd")[]) =>
      ({ accepts: { compressions: new Set(compressions) } }) as unknown as Destination;
    expect(keptCompressions([stack(true)], taking("gzip", "zstd"))).toEqual(["zstd"]);
    expect(keptCompressions([stack(true)], taking("gzip"))).toEqual([]);
    expect(keptCompressions([stack(false)], taking("gzip", "zstd"))).toEqual([]);
  });
});
