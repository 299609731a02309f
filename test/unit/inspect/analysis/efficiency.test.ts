import { describe, expect, test } from "vitest";
import { diveEfficiency } from "../../../../src/inspect/analysis/efficiency.ts";
import { plannedStack } from "../../../support/planned-stack.ts";
import { dir, file, hardlink, type LayerFixture, layer, opaque, whiteout } from "../../../support/tar-fixture.ts";

const of = (size: number): string => "x".repeat(size);

async function figures(...layers: LayerFixture[]): Promise<unknown> {
  const { efficiency, wastedBytes, rewritten } = diveEfficiency(await plannedStack(...layers));
  return [efficiency, wastedBytes, rewritten.map(({ path, size, layers: all }) => `${path} ${size} ${all.join()}`)];
}

describe("efficiency and wasted bytes, by hand", () => {
  test("a path in two layers counts with its smallest size of all its sizes", async () => {
    expect(await figures(layer(file("a", of(100))), layer(file("a", of(300))))).toEqual([
      100 / 400,
      400,
      ["a 400 0,1"],
    ]);
  });

  test("a removed file counts as one of 0 bytes", async () => {
    const stack = [layer(file("a", of(100)), file("b", of(100))), layer(whiteout("a"))];
    expect(await figures(...stack)).toEqual([100 / 200, 100, ["a 100 0,1"]]);
  });

  test("a removed directory counts as a path of its own with what it held: nothing is wasted by that", async () => {
    const stack = [layer(dir("d"), file("d/x", of(100)), file("d/y", of(20))), layer(whiteout("d"))];
    expect(await figures(...stack)).toEqual([1, 0, []]);
  });

  test("what is written again and then removed with its directory is wasted for being written again", async () => {
    const stack = [
      layer(dir("etc"), dir("etc/nginx"), file("etc/nginx/conf", of(2000)), file("etc/nginx/public", of(3000))),
      layer(dir("etc"), dir("etc/nginx"), file("etc/nginx/conf", of(5000)), file("etc/athing", of(10_000))),
      layer(dir("etc"), whiteout("etc/nginx")),
    ];
    // conf 2000 of 7000, public 3000, athing 10000, and the whiteout 8000
    expect(await figures(...stack)).toEqual([23_000 / 28_000, 7000, ["etc/nginx/conf 7000 0,1"]]);
  });

  test("a directory that comes back as a file has two sizes", async () => {
    const stack = [layer(file("d/x", of(100))), layer(whiteout("d")), layer(file("d", of(30)))];
    expect(await figures(...stack)).toEqual([130 / 230, 130, ["d 130 1,2"]]);
  });

  test("an opaque directory, a directory listed again and a hard link cost nothing", async () => {
    const stack = [
      layer(dir("d"), file("d/x", of(100)), hardlink("d/z", "d/x")),
      layer(dir("d"), opaque("d"), file("d/y", of(50))),
    ];
    expect(await figures(...stack)).toEqual([1, 0, []]);
  });

  test("an empty directory over a file counts as one of 0 bytes, a directory with content does not count", async () => {
    expect(await figures(layer(file("a", of(10))), layer(dir("a")))).toEqual([0, 10, ["a 10 0,1"]]);
    expect(await figures(layer(file("a", of(10))), layer(dir("a"), file("a/b", of(10))))).toEqual([1, 0, []]);
  });

  test("of a path twice in one layer the last one counts", async () => {
    expect(await figures(layer(file("a", of(10)), file("a", of(40))), layer(file("b", of(10))))).toEqual([1, 0, []]);
  });

  test("without content everything is efficient", async () => {
    expect(await figures(layer(dir("a")), layer(whiteout("b")))).toEqual([1, 0, []]);
  });
});

test("the wasted share is that of all layers but the bottom one", async () => {
  const shares = async (...layers: LayerFixture[]): Promise<number> =>
    diveEfficiency(await plannedStack(...layers)).wastedPercent;
  expect(await shares(layer(file("a", of(100))), layer(file("a", of(300)), file("b", of(100))))).toBe(400 / 400);
  expect(await shares(layer(file("a", of(100))), layer(whiteout("a")))).toBe(0);
});
