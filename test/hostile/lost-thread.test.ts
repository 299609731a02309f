import { mkdirSync, readdirSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { flatten, history } from "../../src/index.ts";
import { writeHeavyLayout } from "../support/heavy-layout.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();

/** Ends the next thread that is started, some time after it runs. */
function killNextThread(after: number): void {
  process.once("worker", (worker) => worker.once("online", () => setTimeout(() => void worker.terminate(), after)));
}

/** The threads that are started from now on, as they come. */
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
  it.each([0, 30])("ends a flatten with a clear error, and nothing stays behind [after %d ms]", async (after) => {
    writeHeavyLayout(folder.in("source"), 40);
    mkdirSync(folder.in("scratch"));
    killNextThread(after);
    const run = flatten(`oci:${folder.in("source")}`, `oci:${folder.in("flat")}`, { scratch: folder.in("scratch") });
    await expect(run).rejects.toMatchObject({ code: "WORKER_LOST", stage: "scan" });
    expect(readdirSync(folder.path).sort()).toEqual(["scratch", "source"]);
    expect(readdirSync(folder.in("scratch"))).toEqual([]);
  });

  it("that splices is an error too, and nothing stays behind", async () => {
    writeHeavyLayout(folder.in("source"), 40);
    mkdirSync(folder.in("scratch"));
    const threads = threadsFromNowOn();
    const run = flatten(`oci:${folder.in("source")}`, `oci:${folder.in("flat")}`, {
      scratch: folder.in("scratch"),
      concurrency: 1,
      onProgress(event) {
        if (event.type === "started" && event.stage === "encode") for (const thread of threads) void thread.terminate();
      },
    });
    await expect(run).rejects.toMatchObject({ code: "WORKER_LOST", stage: "encode" });
    expect(readdirSync(folder.path).sort()).toEqual(["scratch", "source"]);
    expect(readdirSync(folder.in("scratch"))).toEqual([]);
  });

  it("is no concern of the next run", async () => {
    writeHeavyLayout(folder.in("source"), 10);
    killNextThread(0);
    await expect(history(`oci:${folder.in("source")}`)).rejects.toMatchObject({ code: "WORKER_LOST" });
    expect((await history(`oci:${folder.in("source")}`)).images[0]?.entries).toBe(2);
  });
});
