import { expect, test } from "vitest";
import { leaveOut } from "../../../src/verify/leave-out.ts";
import { mergeStack } from "../../support/merge-stack.ts";
import { dir, file, hardlink, layer } from "../../support/tar-fixture.ts";

test("paths are removed with everything below them, and counted; missing ones do not count", () => {
  const root = mergeStack([layer(dir("a"), file("a/x"), dir("a/b"), file("a/b/y"), file("z"), hardlink("zz", "z"))]);
  expect(leaveOut(root, ["a/b", "z", "none", "z/below", "a/b/y"])).toBe(3);
  expect([...root.children.keys()]).toEqual(["a", "zz"]);
});
