import { expect, test } from "vitest";
import { collectGarbage } from "../../support/collect-garbage.ts";
import { mergeStack } from "../../support/merge-stack.ts";
import { file, layer, pax } from "../../support/tar-fixture.ts";

test("a merged tree keeps the names of its entries, but not their paths", () => {
  const directory = Array.from({ length: 15 }, (_, at) => `${at}`.padEnd(250, "x")).join("/");
  const files = Array.from({ length: 3000 }, (_, at) => [
    pax([["path", `${directory}/a-name-of-some-length-${at}`]]),
    file("short"),
  ]);
  const stack = [layer(...files.flat()).tar()];
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const merged = mergeStack(stack);
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(5_000_000);
  expect(merged.children.size).toBe(1);
});
