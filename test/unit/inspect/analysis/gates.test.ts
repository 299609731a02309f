import { describe, expect, test } from "vitest";
import { type AnalyzedSource, UsageError } from "../../../../src/index.ts";
import { checkGates, parseGates } from "../../../../src/inspect/analysis/gates.ts";

const image = {
  platform: "linux/amd64",
  wastedBytes: 60_000_000,
  wastedPercent: 0.4,
  uncompressedSize: 200_000_000,
  size: 80_000_000,
  efficiency: 0.85,
  hidden: { size: 20_000_000 },
  duplicates: { visible: { size: 1 } },
  prunable: [{ size: 3 }, { size: 4 }],
  layers: Array.from({ length: 12 }),
  ghosts: { size: 5, secrets: [{}, {}] },
};
const sources = [{ source: "app.tar", images: [image] }] as unknown as readonly AnalyzedSource[];

function passes(gate: string): boolean | undefined {
  return checkGates(sources, parseGates([gate]))[0]?.passed;
}

describe("an image fails a gate", () => {
  test.each([
    "wasted>50MB",
    "wasted >= 60000000",
    "wasted>30%",
    "hidden>9%",
    "hidden>19MiB",
    "efficiency<0.9",
    "efficiency<90%",
    "layers>11",
    "layers>=12",
    "size<81MB",
    "uncompressed<=200MB",
    "duplicates>0",
    "prunable>=7B",
    "gone>4",
    "ghost-secrets",
    "ghost-secrets>1",
  ])("%s", (gate) => {
    expect(passes(gate)).toBe(false);
  });
});

describe("an image passes a gate", () => {
  test.each(["wasted>60MB", "wasted>40%", "hidden>10%", "efficiency<0.85", "layers>12", "ghost-secrets>2"])(
    "%s",
    (gate) => {
      expect(passes(gate)).toBe(true);
    },
  );
});

test("the outcome says what was found, in words too", () => {
  expect(checkGates(sources, parseGates(["wasted>50MB,efficiency<0.9", "layers>60"]))).toEqual(
    [
      { gate: "wasted>50MB", passed: false, actual: 60e6, limit: 50e6, text: "wasted is 60 MB" },
      { gate: "efficiency<0.9", passed: false, actual: 0.85, limit: 0.9, text: "efficiency is 85.0 %" },
      { gate: "layers>60", passed: true, actual: 12, limit: 60, text: "layers is 12" },
    ].map((outcome) => ({ source: "app.tar", platform: "linux/amd64", ...outcome })),
  );
});

test.each([
  ["efficiency<0.9", { efficiency: 0.8996 }, "efficiency is 89.96 %"],
  ["efficiency<0.9", { efficiency: 0.8949 }, "efficiency is 89.5 %"],
  ["wasted>10%", { wastedPercent: 0.100_000_1 }, "wasted is 10.00001 %"],
  ["size>80MB", { size: 80_000_001 }, "size is 80,000,001 B"],
])("%s shows enough of the figure to be told from the limit: %j", (gate, figures, text) => {
  const close = [{ source: "app.tar", images: [{ ...image, ...figures }] }] as unknown as readonly AnalyzedSource[];
  expect(checkGates(close, parseGates([gate]))).toMatchObject([{ passed: false, text }]);
});

test("35 % is 0.35", () => {
  expect(parseGates(["efficiency<35%"])).toMatchObject([{ limit: 0.35 }]);
});

test.each([
  "",
  "waste>1",
  "wasted",
  "wasted>",
  "wasted=1",
  "wasted>1XB",
  "wasted>5constructor",
  "layers>1MB",
  "layers>5%",
  "efficiency<0.9MB",
  "size>-1",
  "size>50%",
  "uncompressed<90%",
  "efficiency<90",
  "efficiency<101%",
  "wasted>1,",
])("%j is no gate", (gate) => {
  expect(() => parseGates([gate])).toThrow(UsageError);
});

test("the error says what is wrong with a condition", () => {
  expect(() => parseGates(["wasted>"])).toThrow("is not written as in wasted>50MB");
  expect(() => parseGates(["efficiency<90"])).toThrow("goes beyond 1");
  expect(() => parseGates(["size>50%"])).toThrow("has a unit that does not fit");
  expect(() => parseGates(["waste>1"])).toThrow("is not a condition on wasted, hidden");
});
