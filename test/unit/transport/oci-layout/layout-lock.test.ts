import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { withLayoutLock } from "../../../../src/transport/oci-layout/layout-lock.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
const lock = () => folder.in(".planish-lock");
const { signal } = new AbortController();

const makeStale = () => {
  const longAgo = statSync(lock()).mtimeMs / 1000 - 120;
  utimesSync(lock(), longAgo, longAgo);
};

/** Work that reports its begin, and ends when told to. */
const heldRun = () => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const done = withLayoutLock(folder.path, signal, () => {
    begun.resolve();
    return end.promise;
  });
  return { begun: begun.promise, end: end.resolve, done };
};

describe("withLayoutLock", () => {
  it("lets in one of many at a time, also if all of them find a stale lock", async () => {
    let inside = 0;
    const most: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      writeFileSync(lock(), "1\n");
      makeStale();
      // One after the other, so that some look at the old lock while others take a new one.
      const waiters = Array.from({ length: 20 }, async (_, at) => {
        for (let turn = 0; turn < at; turn += 1) await nextTurn();
        await withLayoutLock(folder.path, signal, async () => {
          inside += 1;
          most.push(inside);
          await sleep(1);
          inside -= 1;
        });
      });
      await Promise.all(waiters);
    }
    expect(most).toHaveLength(100);
    expect(Math.max(...most)).toBe(1);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("does not remove the lock of a run that replaced its stale one", async () => {
    const slow = heldRun();
    await slow.begun;
    makeStale();
    const next = heldRun();
    await next.begun;
    const held = readFileSync(lock(), "utf8");
    slow.end();
    await slow.done;
    expect(readFileSync(lock(), "utf8")).toBe(held);
    next.end();
    await next.done;
    expect(existsSync(lock())).toBe(false);
  });

  it("uses the clock of the filesystem, which may be another machine's", async () => {
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now + 3_600_000);
    onTestFinished(() => void vi.restoreAllMocks());
    const held = heldRun();
    await held.begun;
    const aborted = withLayoutLock(folder.path, AbortSignal.timeout(50), async () => {});
    await expect(aborted).rejects.toMatchObject({ name: "TimeoutError" });
    expect(readdirSync(folder.path)).toEqual([".planish-lock"]);
    held.end();
    await held.done;
  });

  it("settles as the work does, and releases the lock", async () => {
    const failed = withLayoutLock(folder.path, signal, () => Promise.reject(new Error("no")));
    await expect(failed).rejects.toThrow("no");
    expect(readdirSync(folder.path)).toEqual([]);
    const held = heldRun();
    await held.begun;
    const aborted = withLayoutLock(folder.path, AbortSignal.timeout(50), async () => {});
    await expect(aborted).rejects.toMatchObject({ name: "TimeoutError" });
    held.end();
    await held.done;
  });

  it("does not hide how the work ended behind a lock that cannot be removed", async () => {
    const failure = new Error("the disk is gone");
    const work = withLayoutLock(folder.path, signal, async () => {
      rmSync(lock());
      mkdirSync(lock());
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
  });
});
