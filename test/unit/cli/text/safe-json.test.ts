import { expect, test } from "vitest";
import { safeJson } from "../../../../src/cli/text/safe-json.ts";

test("what moves, hides or reorders text on a terminal is escaped, and parses to what it was", () => {
  const value = { "\u009b31m": "\u202ecod.exe\u2028", tag: "\u{e0041}", plain: "grüße, 日本語" };
  const text = safeJson(value);
  expect(text).toBe('{"\\u009b31m":"\\u202ecod.exe\\u2028","tag":"\\udb40\\udc41","plain":"grüße, 日本語"}');
  expect(JSON.parse(text)).toEqual(value);
});
