import { expect, test } from "vitest";
import { fittedTable } from "../../../../src/cli/text/fitted-table.ts";
import { wrapText } from "../../../../src/cli/text/wrap.ts";

test("a text is broken at spaces, and a word that is too long gets its own line", () => {
  expect(wrapText("one two three four five", 20)).toEqual(["one two three four", "five"]);
  expect(wrapText(`a ${"x".repeat(30)} b`, 20)).toEqual(["a", "x".repeat(30), "b"]);
  expect(wrapText("one two three four five", undefined)).toEqual(["one two three four five"]);
});

test("the last column of a fitted table is shortened in the middle", () => {
  const rows = [["1", "usr/share/a/very/long/path/to/a/file"]];
  const columns = [{ title: "N" }, { title: "FILE" }];
  expect(fittedTable(columns, rows, { columns: 28, mark: "…" })).toEqual(["N  FILE", "1  usr/share/a/…th/to/a/file"]);
  expect(fittedTable(columns, rows, { columns: undefined, mark: "…" })[1]).toBe(`1  ${rows[0]?.[1]}`);
});
