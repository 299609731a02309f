import { describe, expect, test } from "vitest";
import { digestAlgorithm, digestHash, digestHex, isDigest, parseDiffId, sha256 } from "../../../src/oci/digest.ts";

const HEX = "0123456789abcdef".repeat(4);

describe("a digest (image-spec descriptor.md#digests)", () => {
  test.each([
    ["of sha256", `sha256:${HEX}`, true],
    ["of sha512", `sha512:${HEX}${HEX}`, true],
    ["with the length of another algorithm", `sha512:${HEX}`, false],
    ["in upper case", `sha256:${HEX.toUpperCase()}`, false],
    ["that begins with another character", `sha256:g${HEX.slice(1)}`, false],
    ["that ends in another character", `sha256:${HEX.slice(1)}g`, false],
    ["of another algorithm", `md5:${HEX.slice(32)}`, false],
    ["of an algorithm that an object has by itself", "toString:", false],
    ["without an algorithm", `:${HEX}`, false],
    ["of nothing", "", false],
  ])("%s: %s is one: %s", (_, text, expected) => {
    expect(isDigest(text)).toBe(expected);
    if (expected) expect(parseDiffId(text)).toBe(text);
    else expect(() => parseDiffId(text)).toThrow(expect.objectContaining({ code: "MANIFEST_INVALID" }));
  });

  test("is an algorithm and hexadecimal digits", () => {
    const [short, long] = [parseDiffId(`sha256:${HEX}`), parseDiffId(`sha512:${HEX}${HEX}`)];
    expect([short, long].map(digestAlgorithm)).toEqual(["sha256", "sha512"]);
    expect([short, long].map(digestHex)).toEqual([HEX, HEX + HEX]);
    expect(`sha256:${digestHash(short).update("x").digest("hex")}`).toBe(sha256("x"));
    expect(digestHash(long).digest()).toHaveLength(64);
  });
});
