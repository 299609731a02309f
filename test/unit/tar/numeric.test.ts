import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDecimal, parseNumeric } from "../../../src/tar/numeric.ts";
import { base256Field, latin1 } from "../../support/tar-block.ts";

const parse = (field: string) => parseNumeric(latin1(field), 0, field.length);

describe("parseNumeric", () => {
  it.each([
    ["0000644\0", 0o644],
    ["   644 \0", 0o644],
    ["\0\0 17\0\0 ", 0o17],
    ["\0\0\0\0\0\0\0\0", 0],
    ["        ", 0],
    ["77777777", 0o77777777],
    ["777777777777", 8 ** 12 - 1],
    ["12\x0034\0\0\0", 0o12],
  ])("reads octal %j", (field, value) => {
    expect(parse(field)).toBe(value);
  });

  it.each(["0000648\0", "12 34\0\0\0", "-1\0\0\0\0\0\0", "0x1f\0\0\0\0", "abc\0\0\0\0\0"])(
    "finds %j malformed",
    (field) => {
      expect(parse(field)).toBeNaN();
    },
  );

  it.each([0, 1, -1, 255, -256, 8 ** 11, -86_400, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
    "reads %d from base-256",
    (value) => {
      expect(parse(base256Field(value, 12))).toBe(value);
    },
  );

  it.each([2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n])("finds base-256 %d too large to be exact", (value) => {
    expect(parse(base256Field(value, 12))).toBeNaN();
  });

  it("reads any base-256 number of 8 bytes that is exact", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(parse(base256Field(value, 8))).toBe(value);
      }),
      { seed: 3 },
    );
  });
});

describe("parseDecimal", () => {
  it.each([
    ["0", 0],
    ["-0", 0],
    ["+7", 7],
    ["007", 7],
    ["-12", -12],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ])("reads %j", (text, value) => {
    expect(parseDecimal(text)).toBe(value);
  });

  it.each(["", " 1", "1 ", "1.5", "1e3", "0x10", "--1", "1_000", "9007199254740992"])("finds %j malformed", (text) => {
    expect(parseDecimal(text)).toBeNaN();
  });
});
