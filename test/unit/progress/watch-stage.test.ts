import { describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../../src/progress/events.ts";
import { watchStage } from "../../../src/progress/watch-stage.ts";
import { startRun } from "../../../src/run.ts";

const description = { stage: "scan", label: "2 layers" } as const;

describe("watchStage", () => {
  test("reports the final count, however fast the work was", async () => {
    const events: ProgressEvent[] = [];
    let done = 0;
    const watch = { description, count: () => done, report: (event: ProgressEvent) => void events.push(event) };
    const result = await watchStage(watch, async () => {
      done = 30;
      return "result";
    });
    expect(result).toBe("result");
    expect(events.map(({ type }) => type)).toEqual(["started", "advanced", "finished"]);
    expect(events[1]).toMatchObject({ done: 30 });
  });

  test("rejects with an error thrown by a listener from a timer", async () => {
    const thrown = new Error("of the listener");
    const onProgress = ({ type }: ProgressEvent): void => {
      if (type === "advanced") throw thrown;
    };
    await using run = startRun({ onProgress }, {});
    const { signal, report } = run.context;
    const work = new Promise<void>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    await expect(watchStage({ description, count: () => performance.now(), report }, () => work)).rejects.toBe(thrown);
  });
});
