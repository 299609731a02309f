import { describe, expect, test } from "vitest";
import type { AttributeDifference, Difference } from "../../../src/index.ts";
import { likelyCauses } from "../../../src/verify/likely-causes.ts";

const changed = (attribute: AttributeDifference["attribute"], source: string, flat: string | null): Difference => ({
  kind: "changed",
  path: "a",
  type: "f",
  attributes: [{ attribute, source, flat }],
});
const added = (path: string): Difference => ({ kind: "added", path, type: "f", attributes: [] });
const rules = (...differences: Difference[]): string[] =>
  likelyCauses({ platform: "linux/amd64", differences }).map(({ rule }) => rule);

describe("differences that engines cause are recognized:", () => {
  test.each<[string, readonly Difference[], readonly string[]]>([
    [
      "times without fractions",
      [changed("mtime", "2023-11-14T22:13:20.500000000Z", "2023-11-14T22:13:20.000000000Z")],
      ["times-cut"],
    ],
    ["lost xattrs", [changed("xattr user.a", '"b"', null)], ["xattrs-dropped"]],
    ["files of Docker's containers", [added(".dockerenv"), added("etc/hosts")], ["container-files"]],
    ["files of podman's containers", [added("run/.containerenv")], ["container-files"]],
  ])("%s", (_, differences, expected) => {
    expect(rules(...differences)).toEqual(expected);
  });

  test.each<[string, readonly Difference[]]>([
    ["another second", [changed("mtime", "2023-11-14T22:13:21.500000000Z", "2023-11-14T22:13:20.000000000Z")]],
    [
      "one time among many",
      [
        changed("mtime", "2023-11-14T22:13:20.500000000Z", "2023-11-14T22:13:20.000000000Z"),
        changed("mtime", "2023-11-14T22:13:20.500000000Z", "2023-11-14T22:13:20.400000000Z"),
      ],
    ],
    ["a lost capability", [changed("xattr security.capability", "0x01", null)]],
    ["a file of the image itself", [added("etc/passwd")]],
    ["nothing", []],
  ])("but not %s", (_, differences) => {
    expect(rules(...differences)).toEqual([]);
  });
});
