import { expect, test } from "vitest";
import { unlistedDirectory, type ViewedEntry } from "../../../../src/inspect/files/file-view.ts";
import { findFiles, PathFinder } from "../../../../src/inspect/files/find-files.ts";
import { collectGarbage } from "../../../support/collect-garbage.ts";

test.each(["directory", "hardlink"] as const)("a long list retains no %s entries of the view", (type) => {
  let held = 0;
  function* view(): Generator<ViewedEntry> {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < 100; at += 1) {
      // 800 kB that no list shows.
      const { fields, ...entry } = unlistedDirectory(`d${at}`, 0, undefined);
      const linkPath = type === "hardlink" ? "leader" : undefined;
      yield { ...entry, fields: { ...fields, type, linkPath }, source: new Array(100_000).fill(at) as never };
    }
    collectGarbage();
    held = process.memoryUsage().heapUsed - before;
  }
  expect(findFiles(view(), () => true)).toHaveLength(101);
  expect(held).toBeLessThan(20_000_000);
});

test.each([
  ["a/b/../f", "a/f"],
  ["up/f", "f"],
  ["a/in/f", "b/c/f"],
  ["a/in/../f", "b/f"],
  ["a/root/f", "b/f"],
  ["a/in/none/../f", "b/c/f"],
  ["../../a/./in//", "a/in"],
  ["loop/f", undefined],
])("%s is %s in a container", (path, place) => {
  const links = { up: "../../x/..", "a/in": "../b/c", "a/root": "/b", loop: "a/../loop", "b/f": "/", "x/a": "none" };
  const finder = new PathFinder(new Map(Object.entries(links)));
  expect(finder.tryResolve(path, { last: false })).toBe(place);
});
