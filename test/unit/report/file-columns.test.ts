import { describe, expect, test } from "vitest";
import { HIDDEN_REASONS } from "../../../src/plan/merge-plan.ts";
import { reportFiles } from "../../support/report-fixture.ts";
import { dir, file, hardlink, layer, opaque, symlink, whiteout } from "../../support/tar-fixture.ts";

describe("the columns of a report", () => {
  test("hold every entry of every layer, in the order of the paths, with why it is hidden", () => {
    const { files } = reportFiles(
      layer(dir("etc"), file("etc/b", "12"), file("etc/a", "1"), symlink("link", "etc/a")),
      layer(whiteout("etc/b"), file("etc/a", "123")),
    );
    const of = (numbers: readonly number[], words: readonly string[]): string[] => numbers.map((at) => words[at] ?? "");
    expect(files.names).toEqual(["", "etc", "a", "b", "link"]);
    expect(files.parents).toEqual([0, 1, 1, 2, 4]);
    expect(files.counts).toEqual([0, 1, 2, 2, 1]);
    expect(files.layers).toEqual([0, 0, 1, 0, 1, 0]);
    expect(of(files.typeNumbers, files.types)).toEqual(["directory", "file", "file", "file", "whiteout", "symlink"]);
    expect(files.sizes).toEqual([0, 1, 3, 2, 0, 0]);
    expect(of(files.reasonNumbers, files.reasons)).toEqual(["kept", "replaced", "kept", "whiteout", "marker", "kept"]);
    expect(files.hiddenBy).toEqual([0, 2, 0, 2, 0, 0]);
    expect(files.targets).toEqual([[5, "etc/a"]]);
  });

  test("sort names by their bytes and keep those that are not UTF-8, each directory before its children", () => {
    const { files } = reportFiles(layer(file("a-b", ""), file("a/\xff", ""), file("a/z", ""), hardlink("b", "a-b")));
    const { names, parents, targets } = files;
    expect(names).toEqual(["", "a", "z", "\xff", "a-b", "b"]);
    expect(parents).toEqual([0, 1, 1, 2, 4, 5]);
    expect(targets).toEqual([[3, "a-b"]]);
  });

  test("name extended attributes and count what each layer hides in which", () => {
    const { files, hides } = reportFiles(
      layer(dir("d"), file("d/x", "1234", { xattrs: { "user.a": "1", "user.b": "2" } })),
      layer(opaque("d"), file("d/y", "5")),
      layer(whiteout("d")),
    );
    expect(files.xattrs).toEqual([[3, "user.a, user.b"]]);
    expect(hides).toEqual([
      { by: 1, of: 0, entries: 1, size: 4 },
      { by: 2, of: 0, entries: 1, size: 0 },
      { by: 2, of: 1, entries: 1, size: 1 },
    ]);
  });

  test("have a number for every reason, `kept` for 0", () => {
    const { reasons } = reportFiles().files;
    expect(reasons[0]).toBe("kept");
    expect(new Set(reasons)).toEqual(new Set(["kept", "adopted", ...HIDDEN_REASONS]));
  });
});
