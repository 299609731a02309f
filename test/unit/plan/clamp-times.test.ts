import { expect, test } from "vitest";
import { clampInodes } from "../../../src/verify/clamp-inodes.ts";
import { compareFilesystems } from "../../../src/verify/compare-filesystems.ts";
import { mergeStack } from "../../support/merge-stack.ts";
import { planStack } from "../../support/plan-stack.ts";
import { member } from "../../support/plan-view.ts";
import { above, squashStack } from "../../support/squash-stack.ts";
import { dir, file, hardlink, layer, symlink } from "../../support/tar-fixture.ts";

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

test("what is younger gets the time that was asked for, links and directories too; the rest keeps its bytes", () => {
  const time = (name: string): string | undefined => member(layers, name, { latest }).mtime;
  expect(["d/", "d/young", "d/z", "l"].map(time)).toEqual(Array(4).fill("1000.000000005"));
  expect([time("d/old"), time("d/same")]).toEqual(["999.999999999", "1000.000000005"]);
  expect(planStack(layers, { latest }).plan.alreadyFlat).toBe(false);
  expect(planStack(layers, { latest: { seconds: 3_000, nanoseconds: 0 } }).plan.alreadyFlat).toBe(true);
});

test("the verifier expects just that of the source", () => {
  const source = mergeStack(layers);
  const flat = mergeStack([planStack(layers, { latest }).tar]);
  expect(compareFilesystems(mergeStack(layers), flat).differences).toHaveLength(4);
  clampInodes(source, latest);
  expect(compareFilesystems(source, flat).differences).toEqual([]);
});

test("layers that are kept would keep their times: that is refused", () => {
  expect(() => squashStack([...layers, layer(file("x"))], above(1, 2), { latest })).toThrowError(
    expect.objectContaining({ code: "ARGUMENT_INVALID", message: expect.stringContaining("--rewrite-timestamp") }),
  );
});
