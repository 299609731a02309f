import { expect, test } from "vitest";
import { escapeLines } from "../../../../src/cli/text/escape.ts";
import { safeJson } from "../../../../src/cli/text/safe-json.ts";

test("what moves, hides or reorders text on a terminal is escaped, and parses to what it was", () => {
  const value = { "\u009b31m": "\u202ecod.exe\u2028", tag: "\u{e0041}", plain: "grüße, 日本語" };
  const text = safeJson(value);
  expect(text).toBe('{"\\u009b31m":"\\u202ecod.exe\\u2028","tag":"\\udb40\\udc41","plain":"grüße, 日本語"}');
  expect(JSON.parse(text)).toEqual(value);
});

test("leaves nothing for an output stream to escape, which would make it invalid", () => {
  const value = { privateUse: "\ue0b0", unassigned: "\u{e0fff}\ufdd0", surrogate: "\ud800", control: "\x00\x7f\n" };
  const text = safeJson(value, 2);
  expect(escapeLines(text)).toBe(text);
  expect(JSON.parse(text)).toEqual(value);
});
