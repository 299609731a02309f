import { mkdirSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { flatten, history } from "../../src/index.ts";
import { writeHeavyLayout } from "../support/heavy-layout.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();

/** Ends the next thread that is started, some time after it runs. */
function killNextThread(after: number): void {
  process.once("worker", (worker) => worker.once("online", () => setTimeout(() => void worker.terminate(), after)));
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

  it("is no concern of the next run", async () => {
    writeHeavyLayout(folder.in("source"), 10);
    killNextThread(0);
    await expect(history(`oci:${folder.in("source")}`)).rejects.toMatchObject({ code: "WORKER_LOST" });
    expect((await history(`oci:${folder.in("source")}`)).images[0]?.entries).toBe(2);
  });
});
