import { createHash, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { compareFilesystems, compareSealed, summarize } from "../../../src/verify/compare-filesystems.ts";
import { ContentSeal, SEAL_KEY_BYTES, SEALED_FROM } from "../../../src/verify/content-seal.ts";
import type { ContentRules } from "../../../src/verify/digest-content.ts";
import { entriesOf, mergeStack } from "../../support/merge-stack.ts";
import { file, hardlink, latin1, layer } from "../../support/tar-fixture.ts";

const sealKey = randomBytes(SEAL_KEY_BYTES);
const source: ContentRules = { sealKey, hashSealed: true };
const flat: ContentRules = { sealKey, hashSealed: false };
const large = "0123456789abcdef".repeat(SEALED_FROM / 16);
const changed = `${large.slice(0, 50_000)}X${large.slice(50_001)}`;

function sealOf(pieces: readonly Uint8Array[], key = sealKey): string {
  const seal = new ContentSeal(key);
  for (const piece of pieces) seal.update(piece);
  return seal.finish();
}

function sha256(content: string): string {
  return createHash("sha256").update(content, "latin1").digest("binary");
}

describe("the seal of a content", () => {
  test("is the same in whatever pieces it comes, and another for other bytes and another key", () => {
    const bytes = latin1(large);
    const halves = [bytes.subarray(0, 12_345), bytes.subarray(12_345)];
    expect(sealOf(halves)).toBe(sealOf([bytes]));
    expect(sealOf([latin1(changed)])).not.toBe(sealOf([bytes]));
    expect(sealOf([bytes], randomBytes(SEAL_KEY_BYTES))).not.toBe(sealOf([bytes]));
    expect(sealOf([latin1(`${large}\0`)])).not.toBe(sealOf([bytes]));
  });

  test("stands for the SHA-256 of large contents where that is not asked for", () => {
    const tar = layer(file("small", "x"), file("large", large)).tar();
    const marks = (contents: ContentRules) =>
      entriesOf(tar, { contents }).map(({ inode: { content, seal } }) => [content, seal]);
    expect(marks(source)).toEqual([
      [sha256("x"), ""],
      [sha256(large), sealOf([latin1(large)])],
    ]);
    expect(marks(flat)).toEqual([
      [sha256("x"), ""],
      ["", sealOf([latin1(large)])],
    ]);
  });
});

describe("a comparison by seals", () => {
  const members = [file("a", large), hardlink("b", "a"), file("c", "small")];
  const before = mergeStack([layer(...members)], "containerd", { contents: source });
  const sealed = (...changes: typeof members) =>
    mergeStack([layer(...members, ...changes)], "containerd", { contents: flat });

  test("finds the same filesystem, and its digest", () => {
    const found = compareSealed(before, sealed());
    expect(found).toEqual(compareFilesystems(before, mergeStack([layer(...members)])));
    expect([found?.differences, found?.flat]).toEqual([[], summarize(mergeStack([layer(...members)]))]);
  });

  test("finds what differs beside the contents", () => {
    expect(compareSealed(before, sealed(file("c", "other")))?.differences).toMatchObject([{ path: "c" }]);
  });

  test("has no answer where a content is not that of the source, nor where there is none to compare it with", () => {
    expect(compareSealed(before, sealed(file("a", changed)))).toBeUndefined();
    expect(compareSealed(before, sealed(file("d", large)))).toBeUndefined();
    expect(() => compareFilesystems(before, sealed(file("d", large)))).toThrow();
  });
});
