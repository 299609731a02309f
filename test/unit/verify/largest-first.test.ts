import { expect, test } from "vitest";
import { largestFirst } from "../../../src/verify/largest-first.ts";

test("tasks that are added together start largest first, at most `width` at a time", async () => {
  const schedule = largestFirst(2);
  const begun: number[] = [];
  let running = 0;
  const work = (bytes: number) =>
    schedule(bytes, async () => {
      begun.push(bytes);
      running += 1;
      expect(running).toBeLessThanOrEqual(2);
      await new Promise(setImmediate);
      running -= 1;
      return bytes;
    });
  expect(await Promise.all([5, 100, 7, 100, 60].map(work))).toEqual([5, 100, 7, 100, 60]);
  expect(begun).toEqual([100, 100, 60, 7, 5]);
});

test("a task that fails makes room for the next", async () => {
  const schedule = largestFirst(1);
  const failing = schedule(9, () => Promise.reject(new Error("no")));
  const next = schedule(1, async () => "done");
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("done");
});

test("whatever is spare is put away when a task ends and none waits, before its result counts", async () => {
  const happened: string[] = [];
  const schedule = largestFirst(2, async () => {
    await new Promise(setImmediate);
    happened.push("spare");
  });
  const work = (bytes: number) =>
    schedule(bytes, async () => {
      happened.push(`${bytes} read`);
    }).then(() => happened.push(`${bytes} done`));
  await Promise.all([3, 2, 1].map(work));
  expect(happened.slice(0, 3)).toEqual(["3 read", "2 read", "1 read"]);
  expect(happened.filter((it) => it === "spare")).toHaveLength(2);
  expect(happened.indexOf("spare")).toBeLessThan(happened.indexOf("1 done"));
});
