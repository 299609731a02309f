import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { compareFilesystems } from "../../../src/verify/compare-filesystems.ts";
import { ContentSeal, drawSealKey, SEALED_FROM, type SealKey } from "../../../src/verify/content-seal.ts";
import { entriesOf, mergeStack } from "../../support/merge-stack.ts";
import { file, hardlink, latin1, layer } from "../../support/tar-fixture.ts";

const sealKey = drawSealKey();
const large = "0123456789abcdef".repeat(SEALED_FROM / 16);
const changed = `${large.slice(0, -99)}X${large.slice(-98)}`;

function sealOf(pieces: readonly Uint8Array[], key = sealKey): string {
  const seal = new ContentSeal(key);
  for (const piece of pieces) seal.update(piece);
  return seal.finish();
}

function sha256(content: string): string {
  return createHash("sha256").update(content, "latin1").digest("binary");
}

describe("the seal of a content", () => {
  test("does not depend on the pieces, and differs for other bytes and for another key", () => {
    const bytes = latin1(large);
    const halves = [bytes.subarray(0, 12_345), bytes.subarray(12_345)];
    expect(sealOf(halves)).toBe(sealOf([bytes]));
    expect(sealOf([latin1(changed)])).not.toBe(sealOf([bytes]));
    expect(sealOf([bytes], drawSealKey())).not.toBe(sealOf([bytes]));
    expect(sealOf([latin1(`${large}\0`)])).not.toBe(sealOf([bytes]));
  });

  test("replaces the SHA-256 of large contents if there is a key", () => {
    const tar = layer(file("small", "x"), file("large", large)).tar();
    const contents = (key?: SealKey) => entriesOf(tar, { sealKey: key }).map(({ inode }) => inode.content);
    expect(contents()).toEqual([sha256("x"), sha256(large)]);
    expect(contents(sealKey)).toEqual([sha256("x"), sealOf([latin1(large)])]);
  });
});

test("a comparison by seals finds what one by SHA-256 finds", () => {
  const members = [file("a", large), hardlink("b", "a"), file("c", "small")];
  const merged = (key: SealKey | undefined, ...changes: typeof members) =>
    mergeStack([layer(...members, ...changes)], "containerd", { sealKey: key });
  for (const change of [[], [file("c", "other")], [file("a", changed)], [file("d", large)], [file("a", `${large}!`)]]) {
    const found = compareFilesystems(merged(sealKey), merged(sealKey, ...change));
    const expected = compareFilesystems(merged(undefined), merged(undefined, ...change));
    const facts = ({ differences }: typeof found) =>
      differences.map(({ kind, path, attributes }) => [kind, path, attributes.map(({ attribute }) => attribute)]);
    expect(facts(found)).toEqual(facts(expected));
    expect(found.flat).toEqual(expected.flat);
  }
});
