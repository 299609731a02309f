import { describe, expect, test } from "vitest";
import { fileModel, shownPath } from "../../../../src/report/page/file-model.ts";
import { layOut, type MapMeasure, type Tile } from "../../../../src/report/page/treemap-layout.ts";
import { reportFiles } from "../../../support/report-fixture.ts";
import { dir, file, layer, whiteout } from "../../../support/tar-fixture.ts";

const many = Array.from({ length: 300 }, (_, at) => file(`small/f${at}`, "x"));
const model = fileModel(
  reportFiles(
    layer(dir("d"), file("d/big", "x".repeat(6000)), file("d/gone", "x".repeat(3000)), ...many),
    layer(whiteout("d/gone")),
  ),
);

function tiles(measure: MapMeasure, root = 0): Tile[] {
  return layOut(model, { root, measure, width: 600, height: 400 });
}
const area = ({ x0, x1, y0, y1 }: Tile): number => (x1 - x0) * (y1 - y0);
const overlap = (one: Tile, other: Tile): boolean =>
  one.x0 < other.x1 && other.x0 < one.x1 && one.y0 < other.y1 && other.y0 < one.y1;
const at = (path: string): number =>
  [...model.columns.names.keys()].find((each) => shownPath(model, each) === path) ?? -1;
const named = (list: readonly Tile[], path: string): Tile[] =>
  list.filter((tile) => shownPath(model, tile.path) === path);

describe("the treemap", () => {
  test("has areas proportional to bytes, inside their directory, without overlaps", () => {
    const found = tiles("all");
    const [big, gone] = [named(found, "/d/big")[0], named(found, "/d/gone")[0]];
    if (big === undefined || gone === undefined) throw new Error("tiles are missing");
    expect(area(big) / area(gone)).toBeCloseTo(2, 0);
    expect(gone).toMatchObject({ kind: "entry", layer: 0, hiddenShare: 1 });
    const leaves = found.filter(({ layer }) => layer !== -1);
    const overlaps = leaves.filter((one, at) => leaves.slice(at + 1).some((other) => overlap(one, other)));
    expect(overlaps).toEqual([]);
    const [directory] = named(found, "/d");
    if (directory === undefined) throw new Error("the directory has no tile");
    expect(overlap(directory, big)).toBe(true);
    expect(area(directory)).toBeGreaterThan(area(big) + area(gone));
  });

  test("merges tiles that are too small into one of the same total size", () => {
    const found = layOut(model, { root: at("/small"), measure: "all", width: 60, height: 40 });
    expect(found).toEqual([expect.objectContaining({ kind: "rest", value: 300, layer: 0 })]);
  });

  test("shows only what is in the flat image, or only what is hidden, if requested", () => {
    expect(named(tiles("kept"), "/d/gone")).toEqual([]);
    expect(named(tiles("hidden"), "/d/gone")).toHaveLength(1);
    expect(named(tiles("hidden"), "/d/big")).toEqual([]);
  });

  test("shows a single directory", () => {
    const [directory] = named(tiles("all"), "/d");
    expect(named(tiles("all", directory?.path), "/d/big")).toHaveLength(1);
    expect(named(tiles("all", directory?.path), "/small")).toEqual([]);
  });
});
