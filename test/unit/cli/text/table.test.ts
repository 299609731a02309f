import { expect, test } from "vitest";
import { formatTable, widthBeforeLast } from "../../../../src/cli/text/table.ts";

const columns = [{ title: "LAYER", align: "right" }, { title: "NAME" }, { title: "SIZE", align: "right" }] as const;

test("a table aligns its columns by width on the terminal, not by chars", () => {
  expect(
    formatTable(columns, [
      ["0", "日本", "1 kB"],
      ["12", "héllo", "57.1 MB"],
    ]),
  ).toEqual([
    "LAYER  NAME      SIZE", //
    "    0  日本      1 kB",
    "   12  héllo  57.1 MB",
  ]);
});

test("a table without titles starts with its first row and ends no line in spaces", () => {
  expect(
    formatTable(
      [{ title: "" }, { title: "" }],
      [
        ["digest", "sha256:00"],
        ["tags", ""],
      ],
    ),
  ).toEqual(["digest  sha256:00", "tags"]);
});

test("the width before the last column is computed", () => {
  expect(widthBeforeLast(columns, [["0", "abcdef", "x"]])).toBe("LAYER  abcdef  ".length);
});
