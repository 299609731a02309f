import { expect, test } from "vitest";
import { ownText } from "../../../src/bytes/own-text.ts";

test("the copy of a text is equal to it", () => {
  for (const text of ["", "a", "a longer text", "caf\xe9\0\xff", "€ \u{1f600}"]) expect(ownText(text)).toBe(text);
});
