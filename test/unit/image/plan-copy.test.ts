import { describe, expect, test } from "vitest";
import { type CopyRules, planCopy } from "../../../src/image/plan-copy.ts";
import { layerMediaType } from "../../../src/oci/media-type.ts";
import type { Accepts } from "../../../src/transport/contracts.ts";
import { loadFixture } from "../../support/load-fixture.ts";
import type { ImageFixture } from "../../support/memory-source.ts";

const ANYTHING: Accepts = {
  families: new Set(["oci", "docker"]),
  compressions: new Set(["none", "gzip", "zstd"]),
  index: true,
  parallel: true,
  autoCompression: () => "gzip",
};
const ARCHIVE: Accepts = {
  ...ANYTHING,
  compressions: new Set(["none", "gzip"]),
  index: false,
  autoCompression: (source) => (source.has("none") ? "none" : "gzip"),
};
const OCI_ONLY: Accepts = { ...ANYTHING, families: new Set(["oci"]) };

async function plan(fixture: ImageFixture, rules: Partial<CopyRules> = {}) {
  const image = await loadFixture(fixture);
  const planned = planCopy(image, { accepts: ANYTHING, compression: "auto", madeManifest: false, ...rules });
  const layers = planned.layers.map(({ compression, mediaType }) => compression ?? mediaType);
  return { family: planned.family, layers, rules: planned.diagnostics.map(({ rule }) => rule) };
}

const zstd = layerMediaType("oci", "zstd");
const plain = layerMediaType("oci", "none");

describe("a plan to copy", () => {
  test("changes nothing if the destination accepts everything", async () => {
    expect(await plan({ layerType: zstd })).toEqual({ family: "oci", layers: [zstd, zstd], rules: [] });
    expect((await plan({ family: "docker" })).family).toBe("docker");
  });

  test("recompresses only what the destination does not accept", async () => {
    const changed = await plan({ layerType: zstd }, { accepts: ARCHIVE });
    expect(changed).toEqual({
      family: "oci",
      layers: ["gzip", "gzip"],
      rules: ["layer-recompressed", "layer-recompressed"],
    });
    expect(await plan({}, { accepts: ARCHIVE })).toMatchObject({ layers: [plain, plain], rules: [] });
  });

  test("refuses a compression that the destination does not accept, even if the layers have it", async () => {
    for (const layerType of [plain, zstd]) {
      await expect(plan({ layerType }, { accepts: ARCHIVE, compression: "zstd" })).rejects.toMatchObject({
        code: "ARGUMENT_INVALID",
        details: { hint: "it takes none, gzip" },
      });
    }
  });

  test("translates media types, also of foreign layers, if the family is not accepted", async () => {
    expect(await plan({ family: "docker" }, { accepts: OCI_ONLY })).toEqual({
      family: "oci",
      layers: [plain, plain],
      rules: ["family-changed"],
    });
    const foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    const { layers } = await plan({ family: "docker", layerType: foreign }, { accepts: OCI_ONLY });
    expect(new Set(layers)).toEqual(new Set(["application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"]));
  });

  test("compresses the plain layers of a manifest that the source made, and says so once", async () => {
    const made = { madeManifest: true };
    expect(await plan({}, made)).toMatchObject({ layers: ["gzip", "gzip"], rules: ["layer-compressed"] });
    expect(await plan({}, { ...made, accepts: ARCHIVE })).toMatchObject({ layers: [plain, plain], rules: [] });
    expect(await plan({}, { ...made, compression: "none" })).toMatchObject({ layers: [plain, plain] });
  });

  test("compresses as asked, and uses OCI's family for zstd, which Docker's does not have", async () => {
    const asked = { compression: "zstd" } as const;
    expect(await plan({}, asked)).toEqual({ family: "oci", layers: ["zstd", "zstd"], rules: [] });
    expect(await plan({ layerType: zstd }, asked)).toMatchObject({ layers: [zstd, zstd] });
    expect(await plan({ family: "docker" }, asked)).toMatchObject({ family: "oci", rules: ["family-changed"] });
  });
});
