import { describe, expect, test } from "vitest";
import { createStageBoard } from "../../../../src/cli/ui/stage-board.ts";
import { stageName, stageParts } from "../../../../src/cli/ui/stage-text.ts";

function boardWithClock() {
  const clock = { now: 0 };
  const board = createStageBoard(() => clock.now);
  const advance = (at: number, done: number): void => {
    clock.now = at;
    board.apply({ type: "advanced", stage: "scan", done, total: 1_000_000_000 });
  };
  board.apply({ type: "started", stage: "scan", label: "8 layers", total: 1_000_000_000 });
  return { board, clock, advance };
}

describe("the board of stages", () => {
  test("has the rate of the last seconds, not of the whole stage", () => {
    const { board, advance } = boardWithClock();
    for (let second = 1; second <= 10; second += 1) advance(second * 1000, second * 10_000_000);
    for (let second = 11; second <= 15; second += 1) advance(second * 1000, 100_000_000 + (second - 10) * 50_000_000);
    expect(board.stages[0]?.rate).toBe(50_000_000);
    expect(stageParts(board.stages[0] as never)).toEqual(["35 %", "350 MB of 1 GB", "50 MB/s", "13 s left"]);
  });

  test("has only the stages of the current one of several images, below their count", () => {
    const { board, clock } = boardWithClock();
    board.apply({ type: "image", label: "a", number: 1, total: 9 });
    board.apply({ type: "started", stage: "scan", label: "8 layers" });
    clock.now = 5000;
    board.apply({ type: "image", label: "b", number: 2, total: 9 });
    board.apply({ type: "started", stage: "open", label: "docker save" });
    expect(board.stages.map(({ stage, label }) => [stage, label])).toEqual([
      ["images", "b"],
      ["open", "docker save"],
    ]);
    expect(stageParts(board.stages[0] as never)).toEqual(["11 %", "2 of 9", "40 s left"]);
  });

  test("is not misled by an event that was lost or came late", () => {
    const { board, advance } = boardWithClock();
    advance(1000, 10);
    advance(4000, 400_000_000);
    expect(board.stages[0]?.done).toBe(400_000_000);
  });

  test("has the average rate of a finished stage", () => {
    const { board, advance } = boardWithClock();
    advance(4000, 1_000_000_000);
    board.apply({ type: "finished", stage: "scan", milliseconds: 4000 });
    expect(board.stages[0]).toMatchObject({ took: 4000, rate: 250_000_000 });
  });

  test("separates stages by platform, and names the platform if there are several", () => {
    const { board } = boardWithClock();
    board.apply({ type: "started", stage: "encode", label: "", platform: "linux/amd64" });
    expect(board.stages.map((state) => stageName(state, board.stages))).toEqual(["scan", "encode"]);
    board.apply({ type: "started", stage: "encode", label: "", platform: "linux/arm64" });
    expect(board.stages.map((state) => stageName(state, board.stages))).toEqual([
      "scan",
      "encode linux/amd64",
      "encode linux/arm64",
    ]);
  });

  test("ignores what was never started, and diagnostics", () => {
    const board = createStageBoard(() => 0);
    expect(board.apply({ type: "advanced", stage: "scan", done: 1 })).toBeUndefined();
    expect(
      board.apply({ type: "diagnostic", diagnostic: { rule: "D3", message: "m", strict: false } }),
    ).toBeUndefined();
    expect(board.stages).toEqual([]);
  });
});
