import { describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../../src/progress/events.ts";
import { startStage } from "../../../src/progress/stage-progress.ts";

describe("startStage", () => {
  test("reports start, an absolute last figure and the end, however fast the stage was", () => {
    const events: ProgressEvent[] = [];
    const stage = startStage((event) => events.push(event), { stage: "scan", label: "2 layers", total: 30 });
    stage.advance(10);
    stage.advance(20);
    stage.finish();
    expect(events.map((event) => event.type)).toEqual(["started", "advanced", "finished"]);
    expect(events[0]).toMatchObject({ stage: "scan", label: "2 layers", total: 30 });
    expect(events[1]).toMatchObject({ done: 30, total: 30 });
  });

  test("does not flood its listener", () => {
    const events: ProgressEvent[] = [];
    const stage = startStage((event) => events.push(event), { stage: "encode", label: "one layer" });
    for (let i = 0; i < 100_000; i += 1) stage.advance(1);
    stage.finish();
    expect(events.length).toBeLessThan(200);
    expect(events.at(-2)).toMatchObject({ type: "advanced", done: 100_000 });
  });
});
