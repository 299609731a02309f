import { describe, expect, test } from "vitest";
import { type AnalyzedLayer, type AnalyzedSource, analyze, type FleetAnalysis } from "../../../../src/index.ts";
import { analyzeFleet } from "../../../../src/inspect/analysis/fleet.ts";
import { type DiffId, sha256 } from "../../../../src/oci/digest.ts";
import { ociLayout, writeFolder } from "../../../support/image-archives.ts";
import { image } from "../../../support/image-fixture.ts";
import { file, type LayerFixture, layer, whiteout } from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
const of = (kilobytes: number, char = "x"): string => char.repeat(kilobytes * 1000);

async function fleet(stacks: Readonly<Record<string, readonly LayerFixture[]>>): Promise<FleetAnalysis | undefined> {
  const paths = Object.entries(stacks).map(([name, layers]) =>
    writeFolder(folder.in(name), ociLayout(image({ layers }))),
  );
  return (await analyze(paths)).fleet;
}

const base = layer(file("base", of(400)));
const actions = (found: FleetAnalysis | undefined): string[] => found?.images.map(({ action }) => action) ?? [];

describe("several images together", () => {
  test("are left as they are where nothing is hidden", async () => {
    const found = await fleet({ a: [base, layer(file("a", of(10)))], b: [base, layer(file("b", of(10)))] });
    expect(actions(found)).toEqual(["leave", "leave"]);
    expect(found?.advised).toEqual(found?.now);
    expect(found?.allFlat.storage).toBeGreaterThan((found?.now.storage ?? 0) + 390_000);
    expect(found?.images.map(({ sharedLayers }) => sharedLayers)).toEqual([1, 1]);
  });

  test("keep what they share, and lose what hides above it", async () => {
    const wasteful = [base, layer(file("tmp", of(200))), layer(whiteout("tmp"), file("app", of(10)))];
    const found = await fleet({ a: wasteful, b: [base, layer(file("b", of(10)))] });
    expect(actions(found)).toEqual(["squash above the base", "leave"]);
    const [first] = found?.images ?? [];
    expect(first?.saves.storage).toBeGreaterThan(199_000);
    expect((found?.now.storage ?? 0) - (found?.advised.storage ?? 0)).toBe(first?.saves.storage);
    expect(first?.own.storage).toBeGreaterThan(209_000);
  });

  test("are flattened where they share nothing, or hide most of what they share", async () => {
    const alone = [layer(file("old", of(300))), layer(whiteout("old"), file("new", of(10)))];
    const hidesBase = (name: string) => [base, layer(whiteout("base"), file(name, of(10, name)))];
    expect(actions(await fleet({ a: alone, b: [layer(file("b", of(10)))] }))).toEqual(["flatten", "leave"]);
    // One by one neither would gain: the base stays for the other.
    expect(actions(await fleet({ a: hidesBase("a"), b: hidesBase("b") }))).toEqual(["flatten", "flatten"]);
  });

  test("count the same image once", async () => {
    const stack = [base, layer(file("a", of(10)))];
    const found = await fleet({ a: stack, b: stack });
    expect(found?.now.storage).toBeLessThan(415_000);
    expect(found?.images.map(({ own }) => own.storage)).toEqual([0, 0]);
    expect(actions(found)).toEqual(["leave", "leave"]);
  });
});

test("thousands of images are analysed quickly", async () => {
  const path = writeFolder(folder.in("sample"), ociLayout(image({ layers: [base, layer(file("own", of(10)))] })));
  const [sample] = (await analyze([path])).sources;
  const [bottom = 0, own = 0] = sample?.images[0]?.layers.map(({ uncompressedSize }) => uncompressedSize) ?? [];
  const found = sample && analyzeFleet(Array.from({ length: 3000 }, (_, number) => stackedOn(sample, number)));
  expect(found?.now.storage).toBe(bottom + 30_000 * own);
  expect(found?.images[2999]).toMatchObject({ sharedLayers: 1, own: { storage: 10 * own } });
  expect(new Set(actions(found))).toEqual(new Set(["squash above the base"]));
});

/** The first layer of a sample, with ten others above it that no other image has. */
function stackedOn(sample: AnalyzedSource, number: number): AnalyzedSource {
  const images = sample.images.map((one) => {
    const [bottom, top] = one.layers as [AnalyzedLayer, AnalyzedLayer];
    const own = Array.from({ length: 10 }, (_, at): AnalyzedLayer => {
      const digest = sha256(Buffer.from(`${number} ${at}`));
      return { ...top, digest, diffId: digest as string as DiffId };
    });
    return { ...one, layers: [bottom, ...own] };
  });
  return { ...sample, images };
}

test("a single image is no fleet", async () => {
  expect(await fleet({ a: [base] })).toBeUndefined();
});
