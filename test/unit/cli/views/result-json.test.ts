import { expect, test } from "vitest";
import { safeJson } from "../../../../src/cli/text/safe-json.ts";
import { resultJsonLines } from "../../../../src/cli/views/result-json.ts";
import { flattened, past } from "./sample-results.ts";

const nested = (depth: number): object => (depth === 0 ? {} : { name: "\u202e\n", children: [nested(depth - 1)] });

test.each<[string, object]>([
  ["a flatten", flattened],
  ["a history", past],
  ["a tree deeper than its pieces", { tree: nested(50) }],
  ["lists of all kinds", { none: [], numbers: [1, 2], mixed: [{}, null, 3], lists: [[{ a: [] }], []] }],
  ["fields that are not there", { a: undefined, b: { c: undefined, d: [{ e: undefined }] }, f: null }],
])("the pieces of %s are what JSON.stringify makes of it", (_, result) => {
  expect([...resultJsonLines(result)].join("\n")).toBe(safeJson({ schemaVersion: 1, ...result }, 2));
});

test("no piece grows with the number of items", () => {
  const entries = Array.from({ length: 10_000 }, (_, number) => ({ path: `file-${number}`, xattrs: [] }));
  const differences = entries.map(({ path }) => ({ path, attributes: [{ attribute: "mode" }] }));
  for (const piece of resultJsonLines({ entries, images: [{ differences }] })) expect(piece.length).toBeLessThan(200);
});
