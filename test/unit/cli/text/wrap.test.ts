import { expect, test } from "vitest";
import { wrapText } from "../../../../src/cli/text/wrap.ts";

test("a text is broken at spaces, and a word that is too long gets its own line", () => {
  expect(wrapText("one two three four five", 20)).toEqual(["one two three four", "five"]);
  expect(wrapText(`a ${"x".repeat(30)} b`, 20)).toEqual(["a", "x".repeat(30), "b"]);
  expect(wrapText("日本語 日本語 日本語 日本語", 20)).toEqual(["日本語 日本語 日本語", "日本語"]);
  expect(wrapText("one two three four five", undefined)).toEqual(["one two three four five"]);
});
