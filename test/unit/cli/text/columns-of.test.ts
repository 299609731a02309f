import stringWidth from "string-width";
import { expect, test } from "vitest";
import { columnsOf } from "../../../../src/cli/text/columns-of.ts";

test("every character of the basic plane takes the columns that string-width says", () => {
  const different: string[] = [];
  for (let code = 0x20; code < 0x1_0000; code += 1) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const text = String.fromCodePoint(code);
    if (columnsOf(text) !== stringWidth(text)) different.push(code.toString(16));
  }
  expect(different).toEqual([]);
});

test.each([
  "",
  "plain",
  "\x1b[31mred\x1b[39m",
  "日本語",
  "e\u0301",
  "👩‍👩‍👧",
  "🇩🇪",
  "✓ done…",
  "✓\u{fe0f}",
  "\x1b[1m日本\x1b[22m",
])("%j takes the columns that string-width says", (text) => {
  expect(columnsOf(text)).toBe(stringWidth(text));
});
