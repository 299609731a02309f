import { describe, expect, test } from "vitest";
import { escapePath, escapeText } from "../../../../src/cli/text/escape.ts";

describe("untrusted text", () => {
  test.each([
    ["plain", "RUN echo héllo 日本 😀", "RUN echo héllo 日本 😀"],
    ["a line break", "a\nb\tc\r", "a\\nb\\tc\\r"],
    ["an escape sequence", "\x1b[2J\x1b]0;title\x07", "\\x1b[2J\\x1b]0;title\\x07"],
    ["a C1 control", "\x9b31m", "\\x9b31m"],
    ["a bidi override", "evil\u202etxt.exe", "evil\\u{202e}txt.exe"],
    ["an invisible character", "a\u200bb\ufeffc", "a\\u{200b}b\\u{feff}c"],
    ["a tag character", "a\u{e0041}", "a\\u{e0041}"],
    ["a line separator", "a\u2028b\u2029", "a\\u{2028}b\\u{2029}"],
    ["a lone surrogate", "a\ud800b", "a\\u{d800}b"],
    ["a private use character", "\ue000", "\\u{e000}"],
    ["delete", "\x7f", "\\x7f"],
  ])("shows %s on one line and without effect", (_, text, shown) => {
    expect(escapeText(text)).toBe(shown);
  });
});

describe("a path with one char per byte", () => {
  const latin1 = (...bytes: number[]): string => String.fromCharCode(...bytes);

  test("decodes UTF-8", () => {
    expect(escapePath(Buffer.from("usr/日本/é😀").toString("latin1"))).toBe("usr/日本/é😀");
  });

  test.each([
    ["a byte that starts nothing", latin1(0x61, 0xff, 0x62), "a\\xffb"],
    ["latin1 text", latin1(0x63, 0x61, 0x66, 0xe9), "caf\\xe9"],
    ["a sequence cut short", latin1(0xe6, 0x97), "\\xe6\\x97"],
    ["an overlong slash", latin1(0xc0, 0xaf), "\\xc0\\xaf"],
    ["a surrogate in UTF-8", latin1(0xed, 0xa0, 0x80), "\\xed\\xa0\\x80"],
    ["a code beyond Unicode", latin1(0xf4, 0x90, 0x80, 0x80), "\\xf4\\x90\\x80\\x80"],
    ["a control byte", latin1(0x1b, 0x5b), "\\x1b["],
    ["a bidi override in UTF-8", Buffer.from("\u202e").toString("latin1"), "\\u{202e}"],
    ["a C1 control in UTF-8", Buffer.from("\x9b").toString("latin1"), "\\x9b"],
  ])("shows %s as its bytes", (_, path, shown) => {
    expect(escapePath(path)).toBe(shown);
  });
});
