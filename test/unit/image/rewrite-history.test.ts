import { describe, expect, test } from "vitest";
import type { RebuiltLayer } from "../../../src/image/rebuilt-layer.ts";
import { rewriteConfig } from "../../../src/image/rewrite-config.ts";
import { parseDiffId, sha256 } from "../../../src/oci/digest.ts";
import type { HistoryMode } from "../../../src/oci/history.ts";
import { loadFixture } from "../../support/load-fixture.ts";

const LAYERS = ["a", "b", "c", "d"];
const NEW = parseDiffId(sha256("new"));

/** A stack in which `[first, last]` were squashed and single numbers are kept. */
function stackOf(words: readonly (number | readonly [number, number])[]): RebuiltLayer[] {
  return words.map((word) =>
    typeof word === "number"
      ? { kept: true, first: word, last: word, diffId: parseDiffId(sha256(LAYERS[word] ?? "")) }
      : { kept: false, first: word[0], last: word[1], diffId: NEW },
  );
}

/**
 * The new history of an image with the given steps, an upper-case one without a layer: `x` an entry with a layer, `(x)`
 * one without, `+` ours.
 */
async function history(steps: string, stack: readonly RebuiltLayer[], mode: HistoryMode = "keep"): Promise<string> {
  const entries = [...steps].map((step) => ({
    created_by: step,
    ...(step === step.toUpperCase() && { empty_layer: true }),
  }));
  const config = { os: "linux", architecture: "amd64", history: steps === "" ? undefined : entries };
  const image = await loadFixture({ layers: LAYERS, config });
  const { json } = rewriteConfig(image, { layers: stack, family: "oci", history: mode });
  const words = (json.history ?? []).map(({ created_by: by = "", comment, empty_layer: empty }) => {
    const word = by === "planish flatten" ? `+${comment}` : by;
    return empty === true ? `(${word})` : word;
  });
  return words.join(" ");
}

describe("the history of a squashed image (R9.2)", () => {
  test.each<[string, string, (number | readonly [number, number])[], string]>([
    ["a range in the middle", "aBbcDd", [0, [1, 2], 3], "a (B) (b) (c) +layers 1 to 2 squashed into one (D) d"],
    ["all above a base", "aBbcdE", [0, [1, 3]], "a (B) (b) (c) (d) (E) +layers 1 to 3 squashed into one"],
    ["a range at the bottom", "AabcdE", [[0, 1], 2, 3], "(A) (a) (b) +layers 0 to 1 squashed into one c d (E)"],
    [
      "two ranges",
      "abcd",
      [
        [0, 1],
        [2, 3],
      ],
      "(a) (b) +layers 0 to 1 squashed into one (c) (d) +layers 2 to 3 squashed into one",
    ],
    ["more steps than layers", "abcde", [0, [1, 3]], "a (b) (c) (d) (e) +layers 1 to 3 squashed into one"],
    ["a history that ends below the range", "a", [0, 1, [2, 3]], "a"],
    ["a history that ends in the range", "ab", [0, [1, 2], 3], "a (b) +layers 1 to 2 squashed into one"],
    ["no history", "", [0, [1, 3]], ""],
    ["no history, and a range at the bottom", "", [[0, 2], 3], "+layers 0 to 2 squashed into one"],
  ])("keeps the steps of other layers: %s", async (_, steps, stack, expected) => {
    expect(await history(steps, stackOf(stack))).toBe(expected);
  });

  test("numbers the parts of a split", async () => {
    const parts = [
      ...stackOf([0]),
      ...stackOf([
        [1, 3],
        [1, 3],
      ]),
    ];
    expect(await history("abcd", parts)).toBe(
      "a (b) (c) (d) +layers 1 to 3 squashed, part 1 of 2 +layers 1 to 3 squashed, part 2 of 2",
    );
  });

  test("has only our entry in place of the range when it is collapsed", async () => {
    expect(await history("aBbCcDdE", stackOf([0, [1, 2], 3]), "collapse")).toBe(
      "a (B) +layers 1 to 2 squashed into one (D) d (E)",
    );
    expect(await history("AabcdE", stackOf([[0, 3]]), "collapse")).toBe("+all layers flattened into one");
  });

  test("has as many steps with a layer as there are layers, whatever is squashed", async () => {
    for (const stack of [
      [0, 1, [2, 3]],
      [[0, 2], 3],
      [0, [1, 2], 3],
    ] as const) {
      const text = await history("aBbcCd", stackOf(stack));
      expect(text.split(/ (?=[(+a-d])/).filter((word) => !word.startsWith("("))).toHaveLength(stack.length);
    }
  });

  test("is not touched when no layer is", async () => {
    expect(await history("aBbcd", stackOf([0, 1, 2, 3]))).toBe("a (B) b c d");
  });
});
