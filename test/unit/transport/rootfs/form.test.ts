import { describe, expect, test } from "vitest";
import { rootfsKind } from "../../../../src/transport/rootfs/form.ts";

describe("what a path says about the root filesystem to be written", () => {
  test.each([
    ["-", "tar", "none"],
    ["root/", "folder", "none"],
    ["a.tar", "tar", "none"],
    ["a.b.TAR.GZ", "tar", "gzip"],
    ["a.tgz", "tar", "gzip"],
    ["a.tar.zst", "tar", "zstd"],
    ["a.squashfs", "squashfs", "none"],
    ["a.sqfs", "squashfs", "none"],
    ["a.erofs", "erofs", "none"],
    ["a.ext4", "ext4", "none"],
  ])("%s", (path, form, compression) => {
    expect(rootfsKind(path)).toEqual({ form, compression });
  });

  test.each(["rootfs", "a.tar.xz", "a.gz", "tar"])("nothing: %s", (path) => {
    expect(() => rootfsKind(path)).toThrow(expect.objectContaining({ code: "REFERENCE_INVALID" }));
  });
});
