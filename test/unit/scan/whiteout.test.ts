import { describe, expect, it } from "vitest";
import { aufsLinkTarget, nameMeaning } from "../../../src/scan/whiteout.ts";
import type { EntryPath } from "../../../src/tar/entry.ts";

const meaning = (path: string) => {
  const { kind, path: of } = nameMeaning(path as EntryPath);
  return [kind, of];
};

describe("nameMeaning (R3.2)", () => {
  it.each([
    ["a/.wh.b", "whiteout", "a/b"],
    [".wh.b", "whiteout", "b"],
    [".wh....", "whiteout", "..."],
    ["a/.wh..wh.b", "whiteout", "a/.wh.b"],
    ["a/.wh..wh.plnk", "whiteout", "a/.wh.plnk"],
    ["a/.wh..wh..opq", "opaque", "a"],
    [".wh..wh..opq", "opaque", ""],
    ["a/b.wh.c", "entry", "a/b.wh.c"],
    [".wh.d/x", "entry", ".wh.d/x"],
    ["a/.wh.d/x", "entry", "a/.wh.d/x"],
    [".wh", "entry", ".wh"],
    ["", "entry", ""],
    [".wh..wh.plnk/1.2", "aufs-file", "1.2"],
    [".wh..wh.plnk/d/1.2", "aufs-file", "1.2"],
    [".wh..wh.plnk", "aufs", ".wh..wh.plnk"],
    [".wh..wh.aufs", "aufs", ".wh..wh.aufs"],
    [".wh..wh.orph/x", "aufs", ".wh..wh.orph/x"],
    [".wh..wh..opq/x", "aufs", ".wh..wh..opq/x"],
  ])("takes %j for %s of %j", (path, kind, of) => {
    expect(meaning(path)).toEqual([kind, of]);
  });

  it.each([".wh.", ".wh..", ".wh...", "a/.wh.", "a/.wh..", "a/.wh...", ".wh..wh.plnk/.wh."])(
    "finds %j invalid, which would remove its own directory [wh_exact]",
    (path) => {
      expect(meaning(path)[0]).toBe("invalid");
    },
  );
});

describe("aufsLinkTarget", () => {
  it("is the basename of an AUFS hard-link target", () => {
    expect(aufsLinkTarget(".wh..wh.plnk/5.6")).toBe("5.6");
    expect(aufsLinkTarget("a/.wh..wh.plnk/5.6")).toBeUndefined();
    expect(aufsLinkTarget("etc/hosts")).toBeUndefined();
  });
});
