import { mkdirSync, readdirSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import process from "node:process";
import { beforeEach, describe, expect, it } from "vitest";
import { type FlattenOptions, type FlattenResult, flatten, type ProgressEvent } from "../../src/index.ts";
import { writeHeavyLayout } from "../support/heavy-layout.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();
beforeEach(() => {
  mkdirSync(folder.in("scratch"));
  mkdirSync(folder.in("cache"));
});

/** "advanced" comes while bytes are being processed. */
const MOMENTS = ["scan", "plan", "encode"].flatMap((stage) =>
  ["started", "advanced", "finished"].map((type) => `${stage} ${type}`),
);

function run(options: FlattenOptions): Promise<FlattenResult> {
  return flatten(`oci:${folder.in("source")}`, `oci:${folder.in("flat")}:x`, {
    ...{ scratch: folder.in("scratch"), concurrency: 2 },
    ...options,
  });
}

describe("a flatten in threads", () => {
  it.each([
    ["without a cache", undefined],
    ["that writes a cache, and then one that uses it", "cache"],
  ])("%s leaves nothing behind when it is aborted, at any progress event", async (_, cache) => {
    writeHeavyLayout(folder.in("source"), 8);
    const options = cache === undefined ? {} : { cache: folder.in(cache) };
    for (const moment of MOMENTS) {
      const stop = new AbortController();
      const onProgress = (event: ProgressEvent): void => {
        if ("stage" in event && `${event.stage} ${event.type}` === moment) stop.abort(new Error("enough"));
      };
      await expect(run({ ...options, signal: stop.signal, onProgress }), moment).rejects.toThrow("enough");
      expect(readdirSync(folder.in("scratch"))).toEqual([]);
      expect(readdirSync(folder.path).sort()).toEqual(["cache", "scratch", "source"]);
      const kept = readdirSync(folder.in("cache"), { recursive: true }).map(String);
      expect(kept.filter((name) => name !== "planish" && !name.endsWith(".bin"))).toEqual([]);
    }
  });

  it("keeps the main thread responsive", async () => {
    writeHeavyLayout(folder.in("source"), 40);
    const delay = monitorEventLoopDelay({ resolution: 10 });
    const [mainBefore, allBefore] = [process.threadCpuUsage(), process.cpuUsage()];
    delay.enable();
    await run({});
    delay.disable();
    const [main, all] = [process.threadCpuUsage(mainBefore), process.cpuUsage(allBefore)];
    expect((main.user + main.system) / (all.user + all.system)).toBeLessThan(0.3);
    expect(delay.percentile(50) / 1e6).toBeLessThan(100);
  });
});
