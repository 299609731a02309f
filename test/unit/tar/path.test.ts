import { posix } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EntryPath } from "../../../src/tar/entry.ts";
import { baseName, cleanPath, longestComponent, memberName, parentPath } from "../../../src/tar/path.ts";

describe("cleanPath", () => {
  it.each([
    ["a", "a"],
    ["./a", "a"],
    ["/a", "a"],
    ["//a///b//", "a/b"],
    ["q/../a", "a"],
    ["a/./b/.", "a/b"],
    ["a/b/..", "a"],
    ["", ""],
    [".", ""],
    ["./", ""],
    ["/", ""],
    ["a/..", ""],
    ["...", "..."],
    ["..a/.b", "..a/.b"],
    ["a\\b\nc d", "a\\b\nc d"],
    ["\xe9\xff", "\xe9\xff"],
  ])("takes %j for %j", (name, path) => {
    expect(cleanPath(name)).toBe(path);
  });

  it.each(["..", "../b", "/../b", "a/../../b", "a/b/../../../c"])("detects that %j leads out of the root", (name) => {
    expect(cleanPath(name)).toBeUndefined();
  });

  it.each([
    ["../b", "b"],
    ["a/../../b", "b"],
    ["../../..", ""],
  ])("keeps %j inside the root when told to", (name, path) => {
    expect(cleanPath(name, true)).toBe(path);
  });

  it("agrees with path normalization in Node", () => {
    const parts = fc.array(fc.constantFrom("a", "b", ".", "..", "", "..."), { maxLength: 8 });
    fc.assert(
      fc.property(parts, (names) => {
        const name = names.join("/");
        expect(cleanPath(name, true)).toBe(posix.normalize(`/${name}`).replace(/^\/|\/$/g, ""));
      }),
      { seed: 4 },
    );
  });
});

describe("path components", () => {
  it("splits a path into parent and basename", () => {
    expect(parentPath("a/b/c" as EntryPath)).toBe("a/b");
    expect(parentPath("a" as EntryPath)).toBe("");
    expect(baseName("a/b/c")).toBe("c");
    expect(baseName("a")).toBe("a");
  });

  it("measures the longest component in bytes", () => {
    expect(longestComponent("")).toBe(0);
    expect(longestComponent("a/bcd/ef")).toBe(3);
    expect(longestComponent("abcd/e")).toBe(4);
    expect(longestComponent("a/bcdef")).toBe(5);
  });
});

describe("memberName", () => {
  it("ends directories with a slash and writes the root as ./", () => {
    expect(memberName("a/b", false)).toBe("a/b");
    expect(memberName("a/b", true)).toBe("a/b/");
    expect(memberName("", true)).toBe("./");
  });
});
