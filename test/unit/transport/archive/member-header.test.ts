import { describe, expect, it } from "vitest";
import { memberHeader } from "../../../../src/transport/archive/member-header.ts";
import { readNaively } from "../../../support/naive-tar.ts";

describe("memberHeader", () => {
  it("is one block, whatever the size", () => {
    for (const size of [0, 1, 8 ** 11 - 1, 8 ** 11, 2 ** 43])
      expect(memberHeader("blobs/sha256/x", size)).toHaveLength(512);
  });

  it("writes sizes beyond 8 GiB in base-256, as Go and GNU tar do", () => {
    const block = Buffer.from(memberHeader("big", 8 ** 11 + 5));
    expect(block.subarray(124, 136).toString("hex")).toBe("800000000000000200000005");
    const sum = Buffer.from(block)
      .fill(" ", 148, 156)
      .reduce((total, byte) => total + byte, 0);
    expect(block.toString("latin1", 148, 156)).toBe(`${sum.toString(8).padStart(6, "0")}\0 `);
  });

  it("recognises folders by the slash", () => {
    const tar = Buffer.concat([memberHeader("blobs/", 0), memberHeader("a", 0), Buffer.alloc(1024)]);
    expect(readNaively(tar).map(({ name, mode }) => [name, mode])).toEqual([
      ["blobs/", 0o755],
      ["a", 0o644],
    ]);
  });
});
