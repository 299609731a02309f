import { describe, expect, test } from "vitest";
import { planStack } from "../../support/plan-stack.ts";
import { hidden, view } from "../../support/plan-view.ts";
import { segmentWords } from "../../support/segment-words.ts";
import { dir, file, hardlink, layer, layerWith, raw, symlink, whiteout } from "../../support/tar-fixture.ts";

describe("a plan", () => {
  test("of no layers, empty layers or nothing but markers is an empty tar (R5.10, R9.3)", () => {
    for (const layers of [[], [new Uint8Array()], [layer(), layer()], [layer(), layer(whiteout("a"))]]) {
      const { plan, tar } = planStack(layers);
      expect(tar).toEqual(new Uint8Array(1024));
      expect(plan).toMatchObject({ size: 1024, entryCount: 0, alreadyFlat: false });
    }
  });

  test("lists the merged filesystem entry by entry, in output order, any number of times", () => {
    const { plan } = planStack([layer(file("b", "1"), hardlink("c", "b")), layer(whiteout("b"), file("a/x", "22"))]);
    const walk = () =>
      [...plan.entries].map(({ fields, layer: number, source }) => [fields.path, fields.size, number, source?.path]);
    const expected = [
      ["a", 0, 1, undefined],
      ["a/x", 2, 1, "a/x"],
      ["c", 1, 0, "b"],
    ];
    expect(walk()).toEqual(expected);
    expect(walk()).toEqual(expected);
  });

  test("of one clean layer is that layer, and is marked as already flat", () => {
    const clean = layer(dir("a"), file("a/x", "1"), hardlink("b", "a/x"), symlink("c", "a")).tar();
    const { plan, tar } = planStack([clean]);
    expect(plan).toMatchObject({ alreadyFlat: true, entryCount: 4, size: clean.length });
    expect(segmentWords(plan)).toEqual([`copy 0 0-${clean.length}`]);
    expect(tar).toEqual(clean);
    expect(planStack([layer()]).plan.alreadyFlat).toBe(true);
  });

  test.each([
    ["its order differs", layer(file("b"), file("a"))],
    ["a directory is missing", layer(file("a/x"))],
    ["it has a whiteout", layer(file("a"), whiteout("b"))],
    ["a spelling differs", layer(file("./a"))],
    ["its end is short", layerWith({ zeroBlocks: 1 }, file("a"))],
    ["something follows its end", layerWith({ after: "x" }, file("a"))],
    [
      "a global header stands in it",
      layerWith(
        { dialect: "go" },
        raw(
          layer(file("x", "", { typeflag: "g" }))
            .tar()
            .subarray(0, 512),
        ),
        file("a"),
      ),
    ],
  ])("of one layer is not yet flat when %s", (_, stacked) => {
    expect(planStack([stacked]).plan.alreadyFlat).toBe(false);
  });

  test("names the upper one of two equal layers", () => {
    const twice = layer(dir("d"), file("d/x", "1"));
    expect(view([twice, twice])).toEqual({ d: "dir", "d/x": "file 1" });
    expect(hidden([twice, twice])).toEqual(["0.0 relisted by 1.0", "0.1 replaced by 1.1"]);
  });

  test("finds by layer and ordinal why an entry is hidden", () => {
    const { plan } = planStack([layer(file("a"), file("b")), layer(whiteout("a"))]);
    expect(plan.hidden.find(0, 0)).toEqual({ layer: 0, ordinal: 0, reason: "whiteout", by: { layer: 1, ordinal: 0 } });
    expect(plan.hidden.find(0, 1)).toBeUndefined();
    expect(plan.hidden.find(7, 0)).toBeUndefined();
  });

  test("shares one message string among all diagnostics of a rule", () => {
    const { plan } = planStack([layer(dir("a"), dir("b")), layer(file("a/x"), file("b/x"))]);
    expect(new Set(plan.diagnostics.map(({ message }) => message)).size).toBe(1);
  });
});
