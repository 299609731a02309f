import { describe, expect, test } from "vitest";
import { compareFilesystems } from "../../../src/verify/compare-filesystems.ts";
import { mergedListing, mergeStack } from "../../support/merge-stack.ts";
import { planStack } from "../../support/plan-stack.ts";
import { posixAcl } from "../../support/posix-acl.ts";
import { dir, file, layer, symlink } from "../../support/tar-fixture.ts";

const ACCESS = "system.posix_acl_access";
const DEFAULT = "system.posix_acl_default";
const initial = posixAcl(["owner", 7], ["user", 5, 1000], ["group", 5], ["mask", 7], ["other", 5]);
const shared = { xattrs: { [DEFAULT]: initial } };
const lower = layer(
  dir("d", shared),
  file("d/f", "", { mode: 0o640 }),
  dir("d/sub"),
  file("d/sub/g"),
  symlink("d/l", "f"),
);

describe("a default ACL", () => {
  test("is inherited in its own layer, with the mode's bits, by all but symbolic links", () => {
    const files = mergedListing([lower]);
    expect(files["d/f"]?.xattrs).toEqual({
      [ACCESS]: posixAcl(["owner", 6], ["user", 5, 1000], ["group", 5], ["mask", 4], ["other", 0]),
    });
    expect(files["d/sub"]?.xattrs).toEqual({
      [ACCESS]: posixAcl(["owner", 7], ["user", 5, 1000], ["group", 5], ["mask", 5], ["other", 5]),
      [DEFAULT]: initial,
    });
    expect(Object.keys(files["d/sub/g"]?.xattrs ?? {})).toEqual([ACCESS]);
    expect(files["d/l"]?.xattrs).toEqual({});
  });

  test("is not inherited from another layer, and an ACL without entries is none", () => {
    const later = layer(file("d/late"), file("d/own", "", { xattrs: { [ACCESS]: "\x02\0\0\0" } }));
    expect(mergedListing([lower, later])["d/late"]?.xattrs).toEqual({});
    expect(
      mergedListing([layer(dir("d", shared), file("d/own", "", { xattrs: { [ACCESS]: "\x02\0\0\0" } }))])["d/own"]
        ?.xattrs,
    ).toEqual({});
  });

  test("without a mask leaves no more than the mode", () => {
    const plain = posixAcl(["owner", 7], ["group", 5], ["other", 5]);
    expect(mergedListing([layer(dir("d", { xattrs: { [DEFAULT]: plain } }), file("d/f"))])["d/f"]?.xattrs).toEqual({});
  });

  test.each([
    ["of a lower layer", [lower, layer(file("d/late"), dir("d/latedir"))]],
    ["of the same layer, for implied directories", [layer(dir("d", shared), file("d/x/y/f"))]],
    ["of the same layer, through a symbolic link", [layer(dir("d", shared), symlink("l", "d"), file("l/f"))]],
    ["that a directory of a lower layer inherited", [lower, layer(file("d/sub/late"), file("d/sub/later/f"))]],
    ["that an implied directory inherited", [layer(dir("d", shared), file("d/x/f")), layer(file("d/x/g"))]],
    ["of an upper layer", [layer(dir("d"), file("d/early")), layer(dir("d", shared), file("d/f"))]],
  ])("%s is kept by a flat image, which shields what did not inherit it", (_, layers) => {
    const { tar } = planStack(layers);
    expect(compareFilesystems(mergeStack(layers), mergeStack([tar])).differences).toEqual([]);
  });

  test("above a kept base is inherited as in the old stack", () => {
    const layers = [layer(file("base")), lower, layer(file("d/sub/late"), file("d/x/f"))];
    const upper = planStack(layers.slice(1));
    expect(compareFilesystems(mergeStack(layers), mergeStack([...layers.slice(0, 1), upper.tar])).differences).toEqual(
      [],
    );
  });

  test("that is removed leaves ACLs that no layer can state", () => {
    const layers = [lower, layer(dir("d"))];
    const { tar } = planStack(layers);
    const { differences } = compareFilesystems(mergeStack(layers), mergeStack([tar]));
    expect(differences.map(({ path }) => path)).toEqual(["d/f", "d/sub", "d/sub/g"]);
  });
});
