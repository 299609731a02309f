import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/limits.ts";
import { checkJson, type JsonRules, readJson, readJsonObject } from "../../../src/oci/json.ts";

const rules: JsonRules = {
  what: "image config",
  code: "CONFIG_INVALID",
  limits: { ...DEFAULT_LIMITS, configBytes: 1000 },
  bytesLimit: "configBytes",
  digest: "sha256:1",
};

const bytes = (text: string) => new TextEncoder().encode(text);

describe("readJson", () => {
  test("decodes any JSON value", () => {
    expect(readJson(bytes(' [1, {"a": "\\u00e9"}]\n'), rules)).toEqual([1, { a: "é" }]);
  });

  test.each([
    ["nothing at all", "", "it ends too early"],
    ["a truncated object", '{"a": [1, 2', "is not valid JSON"],
    ["a comment", '{"a": 1} // x', "at character 9"],
    ["a trailing comma", '{"a": 1,}', "is not valid JSON"],
    ["a second value", "{}{}", "at character 2"],
    ["a bare word", "NaN", "is not valid JSON"],
  ])("refuses %s, saying where", (_, text, message) => {
    expect(() => readJson(bytes(text), rules)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(message) }),
    );
  });

  test("refuses a byte order mark, as every engine does", () => {
    expect(() => readJson(bytes("\uFEFF{}"), rules)).toThrow(/byte order mark/);
  });

  test("refuses bytes that are not UTF-8", () => {
    expect(() => readJson(Uint8Array.of(0x22, 0xff, 0x22), rules)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: "the image config is not UTF-8" }),
    );
  });

  test("refuses more bytes than the limit before it looks at them", () => {
    expect(() => readJson(new Uint8Array(1001), rules)).toThrow(
      expect.objectContaining({
        code: "LIMIT_EXCEEDED",
        details: { limit: "configBytes", allowed: 1000, actual: 1001, digest: "sha256:1" },
      }),
    );
  });

  test("allows 64 levels and refuses 65, however many follow", () => {
    const nested = (levels: number) => bytes("[".repeat(levels) + "]".repeat(levels));
    const wide = { ...rules, limits: DEFAULT_LIMITS };
    expect(() => readJson(nested(64), wide)).not.toThrow();
    expect(() => readJson(nested(65), wide)).toThrow(/jsonDepth: 65 exceeds the limit of 64/);
    expect(() => readJson(bytes('{"a":'.repeat(1_000_000)), wide)).toThrow(/jsonDepth/);
  });

  test("does not count brackets inside strings", () => {
    expect(readJson(bytes(JSON.stringify(["[".repeat(100), '\\"[[', '"'])), rules)).toHaveLength(3);
  });

  test("never quotes the document in an error about its syntax", () => {
    expect(() => readJson(bytes("\u001b[31mEVIL"), rules)).toThrow(/^the image config is not valid JSON$/);
  });
});

describe("readJsonObject", () => {
  test.each(["[]", "null", '"text"', "1"])("refuses %s", (text) => {
    expect(() => readJsonObject(bytes(text), rules)).toThrow(/must be a JSON object/);
  });

  test.each([
    ["the same name twice", '{"rootfs": {}, "rootfs": {}}'],
    ["the same name written with escapes", '{"rootfs": {}, "\\u0072ootfs": {}}'],
    ["names that Go's decoder takes for the same", '{"rootfs": {}, "RootFS": {}}'],
    ["such a name with a long s", '{"rootfs": {}, "rootfſ": {}}'],
  ])("refuses %s", (_, text) => {
    expect(() => readJsonObject(bytes(text), rules)).toThrow(/which readers treat as the same/);
  });

  test("leaves nested objects alone: the last of equal names counts", () => {
    expect(readJsonObject(bytes('{"a": {"b": 1, "b": 2}}'), rules)).toEqual({ a: { b: 2 } });
  });

  test("keeps names that mean something to JavaScript", () => {
    const value = readJsonObject(bytes('{"__proto__": {"x": 1}, "constructor": 2}'), rules);
    expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
    expect("x" in value).toBe(false);
  });
});

describe("checkJson", () => {
  const schema = v.object({ layers: v.array(v.object({ size: v.number() })) });

  test("says which property is wrong, what was expected and what was found", () => {
    expect(() => checkJson(schema, { layers: [{ size: 1 }, { size: "2" }] }, rules)).toThrow(
      expect.objectContaining({
        message: 'the image config is invalid: layers.1.size: expected number, found "2"',
        details: { digest: "sha256:1", property: "layers.1.size" },
      }),
    );
  });

  test.each([
    [{}, "an object"],
    [[], "an array"],
    [null, "null"],
  ])("names a value that it found instead: %j", (size, expected) => {
    expect(checkMessage({ layers: [{ size }] })).toContain(`found ${expected}`);
  });

  test("keeps its message short and on one line, whatever it found", () => {
    const found = checkMessage({ layers: [{ size: `\n${"x".repeat(100_000)}` }] });
    expect(found.length).toBeLessThan(200);
    expect(found).not.toContain("\n");
  });

  function checkMessage(value: unknown): string {
    try {
      checkJson(schema, value, rules);
    } catch (error) {
      return String(error);
    }
    return "";
  }
});
