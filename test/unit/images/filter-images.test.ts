import { expect, test } from "vitest";
import { filterImages } from "../../../src/images/filter-images.ts";
import type { ListedImage } from "../../../src/images/images-result.ts";

function matches(name: string, pattern: string): boolean {
  const image: Pick<ListedImage, "names" | "reference"> = { names: [name], reference: name };
  return filterImages([image as ListedImage], { references: [pattern] }).length === 1;
}

test.each([
  ["team/app:1", "*/a*p", true],
  ["team/app:1", "*app", false],
  ["team/app:1", "**/**:*", true],
  ["abcabd:1", "*ab?", true],
  ["abcabd:1", "*ab*[^c]", true],
  ["abcabd:1", "*bd*bc*", false],
  ["a/bb/ab:1", "*/b*/*b", true],
])("whether %s matches %s: %s", (name, pattern, expected) => {
  expect(matches(name, pattern)).toBe(expected);
});

test("many stars do not take exponential time", () => {
  expect(matches("a".repeat(255), "*a*a*a*a*a*a*a*a*b")).toBe(false);
});
