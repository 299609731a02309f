import { describe, expect, test } from "vitest";
import { planOf, planStack } from "../../support/plan-stack.ts";
import { segmentWords } from "../../support/segment-words.ts";
import { dir, file, layer, layerWith, whiteout } from "../../support/tar-fixture.ts";
import { sparse } from "../../support/tar-sparse.ts";
import { unpackFlat } from "../../support/unpack-flat.ts";

describe("the segments of a plan", () => {
  test("copy unchanged neighbours in one run", () => {
    const { plan } = planStack([layer(dir("a"), file("a/x", "1"), file("b")), layer(file("c"))]);
    expect(segmentWords(plan)).toEqual(["copy 0 0-2048", "copy 1 0-512", "zeros 1024"]);
  });

  test("interrupt a run where something is hidden", () => {
    const { plan } = planStack([layer(file("a"), file("b"), file("c")), layer(whiteout("b"))]);
    expect(segmentWords(plan)).toEqual(["copy 0 0-512", "copy 0 1024-1536", "zeros 1024"]);
  });

  test("keep a header with names of owners, unless the plan is canonical", () => {
    const named = layer(file("a", "x", { uname: "root", gname: "root" }));
    expect(segmentWords(planStack([named]).plan)).toEqual(["copy 0 0-2048"]);
    expect(segmentWords(planStack([named], { canonical: true }).plan)).toEqual([
      "fresh 512",
      "copy 0 512-1024",
      "zeros 1024",
    ]);
  });

  test("replace a header of another dialect, and copy the content", () => {
    const { plan } = planStack([layerWith({ dialect: "gnu" }, file(`${"n".repeat(120)}`, "x".repeat(600)))]);
    expect(segmentWords(plan)).toEqual(["fresh 1536", "copy 0 1536-2136", "zeros 1448"]);
  });

  test("write NULs for padding that is not NUL in the source", () => {
    const dirty = [...layer(file("a", "x")).tar()];
    dirty[1000] = 7;
    const { plan, tar } = planStack([new Uint8Array(dirty)]);
    expect(segmentWords(plan)).toEqual(["fresh 512", "copy 0 512-513", "zeros 1535"]);
    expect(tar.subarray(513).every((byte) => byte === 0)).toBe(true);
  });

  test("expand the holes of sparse files", () => {
    const { plan, tar } = planStack([
      layer(
        sparse(
          "s",
          [
            [1000, "abc"],
            [5000, "de"],
          ],
          { version: "1.0", size: 6000 },
        ),
      ),
    ]);
    expect(segmentWords(plan)).toEqual([
      "fresh 512",
      "zeros 1000",
      "copy 0 2048-2051",
      "zeros 3997",
      "copy 0 2051-2053",
      "zeros 2166",
    ]);
    expect(unpackFlat(tar).s?.holds).toBe(`${"\0".repeat(1000)}abc${"\0".repeat(3997)}de${"\0".repeat(998)}`);
  });

  test("describe holes of 9 GiB without memory for them", () => {
    const size = 9 * 2 ** 30;
    const plan = planOf([layer(sparse("s", [[size - 2, "ab"]], { version: "1.0", size }))]);
    expect(segmentWords(plan)).toEqual(["fresh 1536", `zeros ${size - 2}`, "copy 0 2048-2050", "zeros 1024"]);
    expect(plan.size).toBe(1536 + size + 1024);
  });
});
