import { expect, test } from "vitest";
import { sharedItems } from "../../../src/encode/shared-items.ts";

test("each consumer gets all items, which are made once", async () => {
  let made = 0;
  const items = function* () {
    while (made < 20) yield made++;
  };
  const taken = await Promise.all(sharedItems(items(), 3).map(all));
  const expected = Array.from({ length: 20 }, (_, item) => item);
  expect(taken).toEqual([expected, expected, expected]);
  expect(made).toBe(20);
});

test("a faster consumer waits for a slower one, so that few items wait", async () => {
  const [fast, slow] = sharedItems(countUp(), 2).map((shared) => shared[Symbol.asyncIterator]());
  const taken: number[] = [];
  const taking = (async () => {
    while (taken.length < 10) taken.push((await fast?.next())?.value);
  })();
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toEqual([0, 1, 2, 3]);
  for (let item = 0; item < 6; item += 1) expect((await slow?.next())?.value).toBe(item);
  await taking;
  expect(taken).toHaveLength(10);
});

test("a single consumer never waits", async () => {
  const [shared] = sharedItems(Array(100).keys(), 1);
  expect(await all(shared)).toHaveLength(100);
});

async function all<Item>(items: AsyncIterable<Item> | undefined): Promise<Item[]> {
  const taken: Item[] = [];
  for await (const item of items ?? []) taken.push(item);
  return taken;
}

function* countUp(): Generator<number> {
  for (let item = 0; ; item += 1) yield item;
}
