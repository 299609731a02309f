import { expect, test } from "vitest";
import { createPaint } from "../../../../src/cli/terminal.ts";
import { fittedTable } from "../../../../src/cli/text/fitted-table.ts";

const paint = createPaint({ colour: false, unicode: true });

test("the last column of a fitted table is shortened in the middle", () => {
  const rows = [["1", "usr/share/a/very/long/path/to/a/file"]];
  const columns = [{ title: "N" }, { title: "FILE" }];
  expect(fittedTable(columns, rows, { columns: 28, paint })).toEqual(["N  FILE", "1  usr/share/a/…th/to/a/file"]);
  expect(fittedTable(columns, rows, { columns: undefined, paint })[1]).toBe(`1  ${rows[0]?.[1]}`);
});
