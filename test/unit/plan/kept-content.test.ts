import { describe, expect, test } from "vitest";
import { planDiagnostics } from "../../../src/plan/plan-stack.ts";
import { type PathSelection, pathRules } from "../../../src/prune/path-rules.ts";
import { above, partitionOf, squashStack } from "../../support/squash-stack.ts";
import { dir, file, layer, symlink, whiteout } from "../../support/tar-fixture.ts";

const layers = [
  layer(
    dir("root"),
    file("root/.npmrc", "token"),
    file("root/empty"),
    symlink("root/link", ".npmrc"),
    dir("usr/share/man/man1"),
    file("usr/share/man/man1/a.1", "page"),
  ),
  layer(file("root/key", "secret")),
  layer(whiteout("root/key"), file("root/.env", "own")),
];

const told = (selection: PathSelection, base: number): (readonly [number | undefined, string | undefined])[] =>
  squashStack(layers, above(base, 3), { exclude: pathRules(selection) })
    .layers.flatMap(planDiagnostics)
    .filter(({ rule }) => rule === "excluded-kept")
    .map(({ layer: number, path }) => [number, path]);

describe("what is left out of an image whose lower layers are kept", () => {
  test("is still in them, which is reported for every file, hidden by upper layers or not", () => {
    expect(told({ exclude: ["root/*"] }, 2)).toEqual([
      [0, "root/.npmrc"],
      [1, "root/key"],
    ]);
    expect(told({ exclude: ["**/key", "root/.env"] }, 2)).toEqual([[1, "root/key"]]);
  });

  test("is no error, not even with --strict", () => {
    const { layers: planned } = squashStack(layers, above(2, 3), {
      exclude: pathRules({ exclude: ["root/*"] }),
      strict: true,
    });
    const kept = planned.flatMap(planDiagnostics).filter(({ rule }) => rule === "excluded-kept");
    expect(kept.map(({ strict }) => strict)).toEqual([false, false]);
  });

  test("is not reported if no kept layer has it, or another pattern keeps it", () => {
    expect(told({ exclude: ["root/.env"] }, 2)).toEqual([]);
    expect(told({ exclude: ["root/*"] }, 0)).toEqual([]);
    expect(told({ exclude: ["root/*", "!root/.npmrc"] }, 1)).toEqual([]);
  });

  test("is also in what a lower range becomes, which is reported for what is left of it", () => {
    const { layers: planned } = squashStack([...layers, layer(file("z"))], partitionOf([2, -1, 1]), {
      exclude: pathRules({ exclude: ["root/*"] }),
    });
    const kept = planned.map((one) => planDiagnostics(one).filter(({ rule }) => rule === "excluded-kept"));
    expect(kept.map((found) => found.map(({ layer: number, path }) => `${number} ${path}`))).toEqual([
      ["0 root/.npmrc", "1 root/key"],
      ["2 root/.env"],
      [],
    ]);
  });

  test("is not reported for --prune, which only saves space", () => {
    expect(told({ prune: ["man"] }, 2)).toEqual([]);
    expect(told({ prune: ["man"], exclude: ["root/key"] }, 2)).toEqual([[1, "root/key"]]);
  });
});
