import { mkdirSync, readdirSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { flatten, history } from "../../src/index.ts";
import { writeHeavyLayout } from "../support/heavy-layout.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();

/** Terminates the next thread as soon as it runs. */
function killNextThread(): void {
  const kill = (worker: Worker): void => void worker.once("online", () => void worker.terminate());
  process.once("worker", kill);
  onTestFinished(() => void process.off("worker", kill));
}

/** The threads that are started from now on; the list grows. */
function threadsFromNowOn(): readonly Worker[] {
  const threads: Worker[] = [];
  const add = (worker: Worker): void => {
    threads.push(worker);
  };
  process.on("worker", add);
  onTestFinished(() => {
    process.off("worker", add);
  });
  return threads;
}

describe("a thread that is lost in the middle of its work", () => {
  it.each([
    ["as soon as it runs", "online"],
    ["when it has reported progress", "advanced"],
  ])("ends a flatten with a clear error, and leaves nothing behind [%s]", async (_, moment) => {
    writeHeavyLayout(folder.in("source"), 40);
    mkdirSync(folder.in("scratch"));
    const threads = threadsFromNowOn();
    if (moment === "online") killNextThread();
    const run = flatten(`oci:${folder.in("source")}`, `oci:${folder.in("flat")}`, {
      scratch: folder.in("scratch"),
      onProgress(event) {
        if (event.type === moment && "stage" in event && event.stage === "scan")
          for (const thread of threads) void thread.terminate();
      },
    });
    await expect(run).rejects.toMatchObject({ code: "WORKER_LOST", stage: "scan" });
    expect(readdirSync(folder.path).sort()).toEqual(["scratch", "source"]);
    expect(readdirSync(folder.in("scratch"))).toEqual([]);
  });

  it.each([1, 2])("is an error while splicing in %i, too, and leaves nothing behind", async (concurrency) => {
    writeHeavyLayout(folder.in("source"), 40);
    mkdirSync(folder.in("scratch"));
    const threads = threadsFromNowOn();
    const run = flatten(`oci:${folder.in("source")}`, `oci:${folder.in("flat")}`, {
      scratch: folder.in("scratch"),
      concurrency,
      onProgress(event) {
        if (event.type !== "started" || event.stage !== "encode") return;
        // A thread that has ended before it gets the work is replaced.
        killNextThread();
        for (const thread of threads) void thread.terminate();
      },
    });
    await expect(run).rejects.toMatchObject({ code: "WORKER_LOST", stage: "encode" });
    expect(readdirSync(folder.path).sort()).toEqual(["scratch", "source"]);
    expect(readdirSync(folder.in("scratch"))).toEqual([]);
  });

  it("does not affect the next run", async () => {
    writeHeavyLayout(folder.in("source"), 10);
    killNextThread();
    await expect(history(`oci:${folder.in("source")}`)).rejects.toMatchObject({ code: "WORKER_LOST" });
    expect((await history(`oci:${folder.in("source")}`)).images[0]?.entries).toBe(2);
  });
});
