import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../../src/limits.ts";
import { indexMembers } from "../../../../src/transport/archive/member-index.ts";
import { collectGarbage } from "../../../support/collect-garbage.ts";
import { memoryBytes } from "../../../support/layer-index.ts";
import { file, layer, type Member, pax, symlink } from "../../../support/tar-fixture.ts";

const limits = { ...DEFAULT_LIMITS, pathBytes: 100 };
const index = (...members: Member[]) => {
  const context = { limits, signal: new AbortController().signal };
  return indexMembers(memoryBytes(layer(...members).tar()), context as never);
};

describe("the index of an archive", () => {
  it("has names and link targets of at most as many bytes as the limit allows", async () => {
    const most = "x".repeat(100);
    expect([...(await index(file(most), symlink("l", most)))].map(([name]) => name)).toEqual([most, "l"]);
    const exceeded = expect.objectContaining({ code: "LIMIT_EXCEEDED" });
    await expect(index(file(`${most}x`))).rejects.toThrow(exceeded);
    await expect(index(symlink("l", `${most}x`))).rejects.toThrow(exceeded);
  });

  it("does not keep the pax headers of members in memory", async () => {
    const members = Array.from({ length: 40 }, (_, at) => [
      pax([
        ["path", `a-name-of-some-length-${at}`],
        ["comment", "x".repeat(1_000_000)],
      ]),
      file("short"),
    ]);
    const bytes = memoryBytes(layer(...members.flat()).tar());
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const found = await indexMembers(bytes, { limits, signal: new AbortController().signal } as never);
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
    expect(found.size).toBe(40);
  });
});
