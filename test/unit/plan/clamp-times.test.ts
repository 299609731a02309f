import { describe, expect, test } from "vitest";
import { planDiagnostics } from "../../../src/plan/plan-stack.ts";
import { compareFilesystems } from "../../../src/verify/compare-filesystems.ts";
import { mergeStack } from "../../support/merge-stack.ts";
import { planStack } from "../../support/plan-stack.ts";
import { member } from "../../support/plan-view.ts";
import { above, squashStack } from "../../support/squash-stack.ts";
import { dir, file, hardlink, layer, opaque, symlink, whiteout } from "../../support/tar-fixture.ts";

const latest = { seconds: 1_000, nanoseconds: 5 };
const layers = [
  layer(
    dir("d", { mtime: 2_000 }),
    file("d/old", "1", { mtime: 999, mtimeNanoseconds: 999_999_999 }),
    file("d/same", "2", { mtime: 1_000, mtimeNanoseconds: 5 }),
    file("d/young", "3", { mtime: 1_000, mtimeNanoseconds: 6 }),
    hardlink("d/z", "d/young", { mtime: 1_000, mtimeNanoseconds: 6 }),
    symlink("l", "d", { mtime: 3_000 }),
  ),
];

test("later times are set to the limit, also of links and directories; all other entries keep their bytes", () => {
  const time = (name: string): string | undefined => member(layers, name, { latest }).mtime;
  expect(["d/", "d/young", "d/z", "l"].map(time)).toEqual(Array(4).fill("1000.000000005"));
  expect([time("d/old"), time("d/same")]).toEqual(["999.999999999", "1000.000000005"]);
  expect(planStack(layers, { latest }).plan.alreadyFlat).toBe(false);
  expect(planStack(layers, { latest: { seconds: 3_000, nanoseconds: 0 } }).plan.alreadyFlat).toBe(true);
});

test("the verifier expects the same of the source", () => {
  const flat = mergeStack([planStack(layers, { latest }).tar]);
  expect(compareFilesystems(mergeStack(layers), flat).differences).toHaveLength(4);
  expect(compareFilesystems(mergeStack(layers, "containerd", { latest: () => latest }), flat).differences).toEqual([]);
});

describe.each(["containerd", "overlay2", "spec"] as const)("above a kept layer, as %s sees it,", (profile) => {
  const base = layer(
    dir("d", { mtime: 5_000 }),
    file("d/base", "0", { mtime: 5_000 }),
    dir("unlisted", { mtime: 6_000, mode: 0o700 }),
    dir("gone", { mtime: 5_000 }),
    file("gone/x", "0"),
  );
  const upper = [
    layer(
      file("d/new", "1", { mtime: 4_000 }),
      file("unlisted/new", "1", { mtime: 4_000 }),
      file("deep/er/new", "1", { mtime: 4_000 }),
    ),
    layer(
      whiteout("gone"),
      file("d/old", "1", { mtime: 10 }),
      dir("made", { mtime: 4_000 }),
      symlink("made/l", "x", { mtime: 4_000 }),
    ),
  ];
  const all = [base, ...upper];

  test("entries of the squashed layers get the time, all others keep theirs", () => {
    const { tars } = squashStack(all, above(1, 3), { latest, profile });
    const result = mergeStack(tars, profile);
    const expected = mergeStack(all, profile, { latest: (layer) => (layer === 0 ? undefined : latest) });
    expect(compareFilesystems(expected, result).differences).toEqual([]);
    expect(compareFilesystems(mergeStack(all, profile), result).differences.map(({ path }) => path)).toEqual([
      ...["d/new", "deep", "deep/er", "deep/er/new", "made", "made/l", "unlisted/new"],
    ]);
  });

  test("the same holds between two kept layers, and for two ranges", () => {
    const stack = [upper[0], base, upper[1]].flatMap((each) => each ?? []);
    const partition = [
      { kind: "squash", first: 0, last: 0 },
      { kind: "keep", layer: 1 },
      { kind: "squash", first: 2, last: 2 },
    ] as const;
    const { tars } = squashStack(stack, partition, { latest, profile });
    const expected = mergeStack(stack, profile, { latest: (layer) => (layer === 1 ? undefined : latest) });
    expect(compareFilesystems(expected, mergeStack(tars, profile)).differences).toEqual([]);
  });

  test("later times in kept layers are reported, layer by layer", () => {
    const planned = squashStack(all, above(1, 3), { latest, profile }).layers;
    expect(planned.flatMap(planDiagnostics)).toContainEqual(expect.objectContaining({ rule: "times-kept", layer: 0 }));
    const late = squashStack(all, above(1, 3), { latest: { seconds: 4e9, nanoseconds: 0 }, profile }).layers;
    expect(late.flatMap(planDiagnostics)).not.toContainEqual(expect.objectContaining({ rule: "times-kept" }));
  });

  test("times of whiteouts in kept layers do not count", () => {
    const young = { mtime: 5_000 };
    const markers = layer(dir("d", { mtime: 5 }), opaque("d", young), whiteout("gone", young));
    const planned = squashStack([base, markers, ...upper], above(2, 4), { latest, profile }).layers;
    const told = planned.flatMap(planDiagnostics).filter(({ rule }) => rule === "times-kept");
    expect(told).toEqual([expect.objectContaining({ layer: 0, strict: false })]);
  });
});
