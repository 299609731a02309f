import { describe, expect, test } from "vitest";
import { fileModel, shownPath } from "../../../../src/report/page/file-model.ts";
import { type EntryFilter, EntrySelection, type SortOrder } from "../../../../src/report/page/select-entries.ts";
import { reportFiles } from "../../../support/report-fixture.ts";
import { dir, file, layer, utf8, whiteout } from "../../../support/tar-fixture.ts";

const model = fileModel(
  reportFiles(
    layer(
      dir("a"),
      file("a/One.txt", "1"),
      file("a/two.txt", "22"),
      file(utf8("a/Größe"), "333"),
      file(utf8("Ärger"), ""),
    ),
    layer(whiteout("a/two.txt"), file("b/one.txt", "4444")),
  ),
);
const selection = new EntrySelection(model);

function found(filter: Partial<EntryFilter> = {}, order: SortOrder = { key: "path", descending: false }): string[] {
  const all: EntryFilter = { query: "", layer: undefined, state: "all", below: 0 };
  return [...selection.select({ ...all, ...filter }, order)].map((entry) => shownPath(model, model.paths[entry] ?? 0));
}

describe("the entries of the table", () => {
  test("are found by words in their path, whatever their case", () => {
    expect(found({ query: "ONE" })).toEqual(["/a/One.txt", "/b/one.txt"]);
    expect(found({ query: " txt  a/ " })).toEqual(["/a/One.txt", "/a/two.txt", "/a/two.txt"]);
    for (const query of ["Größe", "GRÖßE"]) expect(found({ query })).toEqual(["/a/Größe"]);
    for (const query of ["Ärger", "ärger"]) expect(found({ query })).toEqual(["/Ärger"]);
    expect(found({ query: "no such" })).toEqual([]);
  });

  test("are filtered by layer, state and directory", () => {
    expect(found({ layer: 1 })).toEqual(["/a/two.txt", "/b/one.txt"]);
    expect(found({ state: "hidden" })).toEqual(["/a/two.txt", "/a/two.txt"]);
    expect(found({ state: "kept", query: "txt" })).toEqual(["/a/One.txt", "/b/one.txt"]);
    expect(found({ state: "ghosts" })).toEqual(["/a/two.txt", "/a/two.txt"]);
    expect(found({ below: 1, query: "one" })).toEqual(["/a/One.txt"]);
    expect(selection.ghosts).toBe(1);
  });

  test("are sorted in both directions", () => {
    expect(found({ query: "a/" }, { key: "size", descending: true })[0]).toBe("/a/Größe");
    const up = found({}, { key: "size", descending: false });
    expect(found({}, { key: "size", descending: true })).toEqual(up.reverse());
  });
});
