import { describe, expect, test } from "vitest";
import { above, squashStack } from "../../support/squash-stack.ts";
import { rangeOf } from "../../support/squash-view.ts";
import { char, dir, file, hardlink, layer, opaque, symlink, whiteout } from "../../support/tar-fixture.ts";

const base = layer(dir("d"), file("d/x", "1"), dir("d/s"), file("d/s/y"), file("f", "0"), symlink("l", "d"));

describe("a range above a base (R6.1, R6.2)", () => {
  test.each([
    ["a file removed of the base", [layer(whiteout("f"))], [".wh.f file"]],
    ["a file removed in a directory, which is listed (R6.4)", [layer(whiteout("d/x"))], ["d/ dir", "d/.wh.x file"]],
    ["a file made and removed in the range", [layer(file("n")), layer(whiteout("n"))], []],
    ["a file of the base replaced, then removed", [layer(file("f", "2")), layer(whiteout("f"))], [".wh.f file"]],
    ["a file of the base removed, then made again", [layer(whiteout("f")), layer(file("f", "2"))], ["f file 2"]],
    ["a whiteout of nothing", [layer(whiteout("n"), whiteout("d/n"))], []],
    [
      "an opaque directory over one with content",
      [layer(opaque("d"), file("d/n"))],
      ["d/ dir", "d/.wh..wh..opq file", "d/n file"],
    ],
    ["an opaque directory over one without", [layer(dir("e"), opaque("e"))], ["e/ dir"]],
    [
      "a directory removed, then made anew",
      [layer(whiteout("d")), layer(dir("d"), file("d/n"))],
      ["d/ dir", "d/.wh..wh..opq file", "d/n file"],
    ],
    [
      "a directory replaced by a file, and that by a directory",
      [layer(file("d")), layer(dir("d"))],
      ["d/ dir", "d/.wh..wh..opq file"],
    ],
    [
      "a directory emptied piece by piece, removed and made anew",
      [layer(whiteout("d/x"), whiteout("d/s")), layer(whiteout("d")), layer(dir("d"))],
      ["d/ dir", "d/.wh..wh..opq file"],
    ],
    ["a directory in the place of a file (R6.6)", [layer(dir("f"), file("f/n"))], ["f/ dir", "f/n file"]],
    ["a directory in the place of a link to one", [layer(dir("l"), file("l/n"))], ["l/ dir", "l/n file"]],
    ["a link in the place of a directory", [layer(symlink("d", "nowhere"))], ["d symlink nowhere"]],
    ["a directory that is only listed again", [layer(dir("d", { mode: 0o700 }))], ["d/ dir"]],
    [
      "something below what was removed and made anew",
      [layer(whiteout("d")), layer(dir("d")), layer(dir("d/s")), layer(whiteout("d/s"))],
      ["d/ dir", "d/.wh..wh..opq file"],
    ],
    ["a device 0:0 as whiteout", [layer(char("f", 0, 0))], [".wh.f file"]],
    ["layers without data", [layer(), layer()], []],
  ])("says %s", (_, range, expected) => {
    expect(rangeOf(1, [base, ...range])).toEqual(expected);
  });

  test.each([
    ["whiteouts of the base", [layer(whiteout("f"), whiteout("d/x"))], []],
    ["an opaque directory of the base", [layer(dir("d"), opaque("d"))], []],
    [
      "whiteouts of nothing, and of what goes with its directory",
      [layer(whiteout("n"), whiteout("d/x")), layer(opaque("d"))],
      ["1.0 marker", "1.1 marker"],
    ],
    ["an opaque directory of its own", [layer(dir("e"), opaque("e"))], ["1.1 marker"]],
  ])("hides only the markers that it does not need: %s", (_, range, expected) => {
    const { layers } = squashStack([base, ...range], above(1, 1 + range.length));
    const hidden = layers.flatMap((each) => (each.kind === "made" ? [...each.plan.hidden] : []));
    const own = hidden.filter(({ layer: at }) => at > 0);
    expect(own.map(({ layer: at, ordinal, reason }) => `${at}.${ordinal} ${reason}`)).toEqual(expected);
  });

  test("has markers first in their directory, in the order of their names, then the rest (R6.5)", () => {
    const range = [layer(file("d/a"), whiteout("d/x"), whiteout("d/s"), file("d/z"), whiteout("f"))];
    expect(rangeOf(1, [base, ...range])).toEqual([
      ".wh.f file",
      "d/ dir",
      "d/.wh.s file",
      "d/.wh.x file",
      "d/a file",
      "d/z file",
    ]);
  });

  test("lists directories with the metadata of the base unless the range lists them (R6.4)", () => {
    const below = layer(dir("d", { mode: 0o711, uid: 5, mtime: 77, xattrs: { "user.a": "1" } }));
    const { tars } = squashStack(
      [below, layer(file("d/n"))],
      [
        { kind: "keep", layer: 0 },
        { kind: "squash", first: 1, last: 1 },
      ],
    );
    const { tars: flat } = squashStack([below, layer(file("d/n"))], [{ kind: "squash", first: 0, last: 1 }]);
    expect(Buffer.from(tars[1] ?? []).equals(Buffer.from(flat[0] ?? []))).toBe(true);
  });

  test("writes one whiteout per name if everything in the root is hidden (R6.3)", () => {
    const range = [layer(opaque(""), dir("d"), file("n"))];
    expect(rangeOf(1, [base, ...range], { profile: "spec" })).toEqual([
      ".wh.f file",
      ".wh.l file",
      "d/ dir",
      "d/.wh..wh..opq file",
      "n file",
    ]);
    expect(rangeOf(1, [base, ...range])).toEqual(["d/ dir", "n file"]);
  });

  test("resets a directory that no layer of the range lists, where the engine does (D3)", () => {
    const stack = [layer(dir("d", { mode: 0o700 })), layer(file("d/n")), layer(whiteout("d/n"))];
    expect(rangeOf(1, stack, { profile: "overlay2" })).toEqual(["d/ dir"]);
    expect(rangeOf(1, stack)).toEqual([]);
  });
});

describe("hard links in a range", () => {
  test("are kept among the names of the range, whichever comes first", () => {
    const range = [layer(file("a", "1"), hardlink("b", "a"), hardlink("c", "a")), layer(whiteout("a"))];
    expect(rangeOf(1, [base, ...range])).toEqual(["b file 1", "c link b"]);
  });

  test("to a file of the base copy it into the range with all its names, and are reported (R6.7)", () => {
    const below = layer(file("a", "1"), hardlink("b", "a"), file("c", "2"));
    const stack = [below, layer(hardlink("n", "a", { uid: 7 }))];
    expect(rangeOf(1, stack)).toEqual(["a file 1", "b link a", "n link a"]);
    const squashed = squashStack(stack, [
      { kind: "keep", layer: 0 },
      { kind: "squash", first: 1, last: 1 },
    ]);
    expect(squashed.findings).toEqual(["D5 1 n", "D12 1 n", "R6.7 1 a", "R6.7 1 b"]);
  });

  test("to a file of the base copy also its names deep in directories, and list these (R6.4, R6.7)", () => {
    const below = layer(dir("p"), dir("p/q"), file("p/q/a", "1"), hardlink("b", "p/q/a"));
    const range = rangeOf(1, [below, layer(hardlink("n", "b"))]);
    expect(range).toEqual(["b file 1", "n link b", "p/ dir", "p/q/ dir", "p/q/a link b"]);
  });
});

describe("a squash that is refused", () => {
  test("is one that removes a name for which there is no whiteout", () => {
    const below = layer(dir("d"), file("d/.wh..opq/x"), file("d/y"));
    expect(() => rangeOf(1, [below, layer(file("d/.wh..opq/x")), layer(whiteout("d")), layer(dir("d"))])).not.toThrow();
    expect(() => rangeOf(1, [layer(file(".wh.a/x")), layer(opaque(""))], { profile: "spec" })).toThrow(
      expect.objectContaining({
        code: "WHITEOUT_INVALID",
        message: expect.stringContaining("no whiteout can remove"),
        details: expect.objectContaining({ rule: "R3.2", layer: 1, entry: ".wh.a" }),
      }),
    );
  });
});

describe("several ranges and kept layers", () => {
  const stack = [
    base,
    layer(file("d/n", "2")),
    layer(whiteout("d/x")),
    layer(whiteout("d")),
    layer(dir("d")),
    layer(file("f", "9")),
  ];

  test("each hold what they change in the layers below", () => {
    const { tars, layers } = squashStack(stack, [
      { kind: "squash", first: 0, last: 1 },
      { kind: "keep", layer: 2 },
      { kind: "squash", first: 3, last: 4 },
      { kind: "keep", layer: 5 },
    ]);
    expect(layers.map((each) => (each.kind === "kept" ? each.layer : [each.first, each.last]))).toEqual([
      [0, 1],
      2,
      [3, 4],
      5,
    ]);
    expect(tars).toHaveLength(4);
    expect(Buffer.from(tars[2] ?? []).toString("latin1")).toContain("d/.wh..wh..opq");
  });

  test("report nothing about kept layers, not even with --strict", () => {
    const twice = layer(file("a"), file("a"));
    const kept = squashStack(
      [twice, layer(file("b")), layer(file("c"))],
      [
        { kind: "keep", layer: 0 },
        { kind: "squash", first: 1, last: 2 },
      ],
      { strict: true },
    );
    expect(kept.findings).toEqual([]);
  });
});
