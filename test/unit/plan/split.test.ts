import { describe, expect, test } from "vitest";
import { planStack } from "../../../src/plan/plan-stack.ts";
import { splitBorders } from "../../../src/plan/split-borders.ts";
import type { EntryList } from "../../../src/tar/entry.ts";
import { readNaively } from "../../support/naive-tar.ts";
import { planLayer } from "../../support/plan-layer.ts";
import { PLAN_DEFAULTS, squashStack } from "../../support/squash-stack.ts";
import { dir, file, hardlink, type LayerFixture, layer, whiteout } from "../../support/tar-fixture.ts";

const sized = (...entries: (readonly [string, number])[]) => entries.map(([path, size]) => ({ path, size }));

/** The names in each part of a stack that is split into that many layers above the lowest `base` ones. */
function parts(layers: readonly LayerFixture[], count: number, base = 0): string[][] {
  const kept = layers.slice(0, base).map((_, at) => ({ kind: "keep", layer: at }) as const);
  const range = { kind: "squash", first: base, last: layers.length - 1, parts: count } as const;
  const { tars } = squashStack(layers, [...kept, range]);
  return tars.slice(base).map((tar) => readNaively(tar).map(({ name }) => name));
}

describe("splitBorders", () => {
  test("cuts near the even places, where the fewest directories are cut", () => {
    const entries = sized(["a", 10], ["a/x", 35], ["a/y", 5], ["b", 10], ["b/x", 40]);
    expect(splitBorders(entries, 2)).toEqual([3]);
  });

  test("takes the nearest entry if none begins near the even place", () => {
    expect(splitBorders(sized(["a", 1], ["b", 97], ["c", 1], ["d", 1]), 2)).toEqual([2]);
    expect(splitBorders(sized(["a", 2], ["b", 97], ["c", 1]), 2)).toEqual([1]);
  });

  test.each([
    [[], 3, []],
    [[["a", 5]], 3, []],
    [
      [
        ["a", 5],
        ["b", 5],
      ],
      5,
      [1],
    ],
  ] as const)("makes no empty part: %j in %i", (entries, count, expected) => {
    expect(splitBorders(sized(...entries), count)).toEqual(expected);
  });

  test("makes parts that differ by at most half of their size, if files are small", () => {
    const entries = Array.from({ length: 5000 }, (_, at) => ({
      path: `d${at % 40}/e${at}`,
      size: 512 * (1 + (at % 7)),
    }));
    entries.sort((a, b) => (a.path < b.path ? -1 : 1));
    const borders = [0, ...splitBorders(entries, 8), entries.length];
    const bytes = borders
      .slice(1)
      .map((end, at) => entries.slice(borders[at], end).reduce((sum, { size }) => sum + size, 0));
    const even = bytes.reduce((sum, size) => sum + size, 0) / 8;
    for (const size of bytes) expect(Math.abs(size - even) / even).toBeLessThanOrEqual(0.51);
  });
});

describe("a layer that is split", () => {
  const big = (letter: string) => letter.repeat(4000);

  test("keeps directories together and lists those above in each part that needs them", () => {
    const stack = [
      layer(
        dir("a"),
        file("a/x", big("1")),
        dir("u"),
        dir("u/b"),
        file("u/b/x", big("2")),
        dir("u/c"),
        file("u/c/x", big("3")),
      ),
    ];
    expect(parts(stack, 3)).toEqual([
      ["a/", "a/x"],
      ["u/", "u/b/", "u/b/x"],
      ["u/", "u/c/", "u/c/x"],
    ]);
  });

  test("costs hardly more with more parts", () => {
    const files = Array.from({ length: 1000 }, (_, at) => file(`f${String(at).padStart(4, "0")}`, "x"));
    const readsOf = (count: number): number => {
      let reads = 0;
      const { entries, ...plain } = planLayer(layer(...files).tar());
      const counted: EntryList = {
        length: entries.length,
        [Symbol.iterator]: () => entries[Symbol.iterator](),
        at: (ordinal) => {
          reads += 1;
          return entries.at(ordinal);
        },
      };
      const range = { kind: "squash", first: 0, last: 0, parts: count } as const;
      const planned = planStack([{ ...plain, entries: counted }], [range], PLAN_DEFAULTS);
      expect(planned).toHaveLength(count);
      for (const part of planned) if (part.kind === "made") for (const _ of part.plan.segments);
      return reads;
    };
    expect(readsOf(60)).toBeLessThan(1.2 * readsOf(2));
  });

  test("has all names of a file in one part", () => {
    const stack = [layer(file("a", big("1")), file("b", big("2")), hardlink("c", "a"), file("d", big("3")))];
    expect(parts(stack, 2).find((names) => names.includes("a"))).toContain("c");
  });

  test("has its whiteouts in the lowest part, so that they hide nothing in the others", () => {
    const base = layer(dir("z"), file("z/old"), file("y"));
    const range = [layer(file("a", big("1")), whiteout("y"), whiteout("z")), layer(dir("z"), file("z/new", big("2")))];
    const [lowest = [], upper = []] = parts([base, ...range], 2, 1);
    expect(lowest).toEqual([".wh.y", "a", "z/", "z/.wh..wh..opq"]);
    expect(upper).toEqual(["z/", "z/new"]);
  });

  test("has no part without entries", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const removed = layer(...names.map((name) => whiteout(name)));
    expect(parts([layer(...names.map((name) => file(name))), removed], 3, 1)).toEqual([
      names.map((name) => `.wh.${name}`),
    ]);
    const linked = layer(file("a", "1"), ...names.slice(1).map((name) => hardlink(name, "a")));
    expect(parts([linked], 3)).toEqual([names]);
  });

  test("keeps most of its parts if one file changes", () => {
    const tree = (changed: string) => {
      const members = Array.from({ length: 60 }, (_, at) => {
        const name = `d${String(at).padStart(2, "0")}`;
        return [
          dir(name),
          ...Array.from({ length: 20 }, (__, n) => file(`${name}/f${n}`, `${at}`.repeat(300 + n * 40))),
        ];
      });
      return [layer(...members.flat()), layer(file("d30/f5", changed))];
    };
    const tarsOf = (changed: string): string[] =>
      squashStack(tree(changed), [{ kind: "squash", first: 0, last: 1, parts: 10 }]).tars.map((tar) =>
        Buffer.from(tar).toString("latin1"),
      );
    const before = tarsOf("x".repeat(1000));
    for (const changed of ["y".repeat(1000), "y".repeat(9000), ""]) {
      const after = tarsOf(changed);
      const moved = after.filter((tar) => !before.includes(tar)).reduce((sum, tar) => sum + tar.length, 0);
      const all = after.reduce((sum, tar) => sum + tar.length, 0);
      expect(moved / all).toBeLessThan(0.35);
    }
  });
});
