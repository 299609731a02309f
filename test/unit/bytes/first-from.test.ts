import { expect, test } from "vitest";
import { firstFrom } from "../../../src/bytes/first-from.ts";

test("finds the same offset as a linear search", () => {
  for (const ascending of [[], [0], [0, 3, 3, 7], [2, 4, 6, 8, 10]]) {
    for (let offset = -1; offset <= 11; offset += 0.5) {
      const slowly = ascending.findIndex((each) => each >= offset);
      expect(firstFrom(ascending, offset)).toBe(slowly === -1 ? ascending.length : slowly);
    }
  }
});
