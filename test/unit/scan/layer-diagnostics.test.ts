import { describe, expect, it } from "vitest";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { layerDiagnostics } from "../../../src/scan/layer-diagnostics.ts";

const MIB = 1024 * 1024;

describe("the diagnostics of layers", () => {
  it.each([
    ["none for text and programs", 5000 * MIB, 500 * MIB, []],
    ["none for a ratio of 1000", 200_000_000, 200_000, []],
    ["one for a higher ratio", 200_000_001, 200_000, ["layer-expands"]],
    ["none up to 100 MiB", 100 * MIB, 1000, []],
    ["one from there on", 100 * MIB + 1, 1000, ["layer-expands"]],
  ])("have %s", (_, size, blobSize, rules) => {
    const layer = { diagnostics: [], size, descriptor: descriptor(blobSize) };
    expect(layerDiagnostics([[3, layer]]).map(({ rule, layer }) => [rule, layer])).toEqual(
      rules.map((rule) => [rule, 3]),
    );
  });

  it.each([true, false])("say whether secrets were left out: %s", (secretsCut) => {
    const content = { crc: new Uint32Array(), secrets: [], secretsCut };
    const layer = { diagnostics: [], size: 1, descriptor: descriptor(1), content };
    expect(layerDiagnostics([[3, layer]])).toMatchObject(secretsCut ? [{ rule: "secrets-cut", layer: 3 }] : []);
  });

  it("name the layer of each", () => {
    const found = { rule: "R2.3", message: "found", strict: true };
    const layer = { diagnostics: [found], size: 1, descriptor: descriptor(1) };
    expect(layerDiagnostics([[7, layer]])).toEqual([{ ...found, layer: 7 }]);
  });
});

function descriptor(size: number): Descriptor {
  return {
    mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
    digest: `sha256:${"0".repeat(64)}` as Descriptor["digest"],
    size,
  };
}
