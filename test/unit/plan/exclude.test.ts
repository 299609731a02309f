import { describe, expect, test } from "vitest";
import type { Exclusions } from "../../../src/plan/merge-plan.ts";
import { type PathSelection, pathRules } from "../../../src/prune/path-rules.ts";
import { planStack } from "../../support/plan-stack.ts";
import { hidden, view } from "../../support/plan-view.ts";
import { dir, file, hardlink, type LayerFixture, layer, symlink, whiteout } from "../../support/tar-fixture.ts";

type Layers = readonly LayerFixture[];

const without = (layers: Layers, selection: PathSelection): Record<string, string> =>
  view(layers, { exclude: pathRules(selection) });

function exclusions(layers: Layers, selection: PathSelection): Exclusions {
  const found = planStack(layers, { exclude: pathRules(selection) }).plan.exclusions;
  if (found === undefined) throw new Error("nothing was to be left out");
  return found;
}

describe("what is left out", () => {
  const tree = [layer(dir("a"), dir("a/b"), file("a/b/y", "2"), file("a/x", "11"), file("z", "3"))];

  test("is the file or the directory that a pattern names, with all that is in it", () => {
    expect(without(tree, { exclude: ["a/b"] })).toEqual({ a: "dir", "a/x": "file 11", z: "file 3" });
    expect(without(tree, { exclude: ["a", "z"] })).toEqual({});
  });

  test("is not a directory that holds something kept", () => {
    expect(without(tree, { exclude: ["a", "!a/b/y"] })).toEqual({
      a: "dir",
      "a/b": "dir",
      "a/b/y": "file 2",
      z: "file 3",
    });
  });

  test("is not a directory whose content alone a pattern names", () => {
    expect(without(tree, { exclude: ["a/*"] })).toEqual({ a: "dir", z: "file 3" });
  });

  test("is removed from the merged filesystem, not from each layer", () => {
    const layers = [layer(file("x", "1"), file("y", "2")), layer(whiteout("x"), file("y", "3"))];
    expect(without(layers, { exclude: ["x"] })).toEqual({ y: "file 3" });
    expect(without(layers, { exclude: ["y"] })).toEqual({});
  });

  test("is reported rule by rule, with each path once", () => {
    expect(exclusions(tree, { exclude: ["a/b", "!q", "none"], prune: ["logs"] })).toEqual({
      rules: [
        { option: "prune", value: "logs", entries: 0, bytes: 0 },
        { option: "exclude", value: "a/b", entries: 2, bytes: 1 },
        { option: "exclude", value: "none", entries: 0, bytes: 0 },
      ],
      paths: ["a/b"],
    });
  });

  test("is hidden in the plan, and says why", () => {
    const selection = { exclude: pathRules({ exclude: ["a/b"] }) };
    expect(hidden(tree, selection)).toEqual(["0.1 excluded", "0.2 excluded"]);
    expect(planStack(tree, selection).plan).toMatchObject({ entryCount: 3, alreadyFlat: false });
  });

  test("is nothing if no rule matches: the layer stays the same", () => {
    expect(planStack(tree, { exclude: pathRules({ exclude: ["none"] }) }).plan.alreadyFlat).toBe(true);
  });

  test("may be a directory that no layer lists", () => {
    expect(exclusions([layer(file("a/b/c", "1"))], { exclude: ["a"] })).toMatchObject({
      rules: [{ entries: 3, bytes: 1 }],
      paths: ["a"],
    });
  });

  test("includes a symbolic link, never its target", () => {
    expect(without([layer(dir("a"), file("a/x", "1"), symlink("l", "a"))], { exclude: ["l/x", "l"] })).toEqual({
      a: "dir",
      "a/x": "file 1",
    });
  });
});

describe("hard links", () => {
  const linked = [layer(file("a", "12345"), hardlink("b", "a"), hardlink("c", "a"))];

  test("keep their content under the remaining names", () => {
    expect(without(linked, { exclude: ["a"] })).toEqual({ b: "file 12345", c: "link b" });
    expect(exclusions(linked, { exclude: ["a"] }).rules).toMatchObject([{ entries: 1, bytes: 0 }]);
  });

  test("count the content once, for the last name", () => {
    expect(exclusions(linked, { exclude: ["a", "b", "c"] }).rules.map(({ bytes }) => bytes)).toEqual([0, 0, 5]);
  });
});

test("a profile for logs leaves links, directories and empty files alone", () => {
  const logs = [
    layer(
      dir("var/log/app"),
      file("var/log/app/a.log", "text"),
      file("var/log/cron.log"),
      symlink("var/log/error.log", "/dev/stderr"),
    ),
  ];
  expect(without(logs, { prune: ["logs"] })).toEqual({
    var: "dir",
    "var/log": "dir",
    "var/log/app": "dir",
    "var/log/cron.log": "file",
    "var/log/error.log": "symlink /dev/stderr",
  });
});

test("paths of any allowed depth work", () => {
  const deep = Array.from({ length: 2000 }, () => "d").join("/");
  expect(without([layer(file(deep, "1"))], { exclude: ["**/d/none", "d/d/d"] })).toEqual({ d: "dir", "d/d": "dir" });
});
