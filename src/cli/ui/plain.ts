import { escapeText } from "../text/escape.ts";
import { createStageBoard, type StageState, stageKey } from "./stage-board.ts";
import { finishedParts, stageName, stageParts } from "./stage-text.ts";
import type { Ui } from "./ui.ts";

/** Where lines are written, and a clock in milliseconds. */
export interface PlainOutput {
  write(line: string): void;
  now(): number;
  /** Prints nothing for finished stages. */
  readonly transient: boolean;
}

/** Interval between lines for a running stage. */
const LINE_INTERVAL_MS = 10_000;
const NAME_COLUMNS = "encode".length;

/** Writes a line when a stage ends, and one every ten seconds while it runs: for logs and dumb terminals. */
export function createPlainUi({ write, now, transient }: PlainOutput): Ui {
  const board = createStageBoard(now);
  const lastLine = new Map<string, number>();
  const say = (state: StageState, parts: readonly string[]): void => {
    lastLine.set(stageKey(state), now());
    const name = stageName(state, board.stages).padEnd(NAME_COLUMNS);
    write(`${name}  ${[escapeText(state.label), ...parts].filter(Boolean).join(", ")}`);
  };
  return {
    report(event) {
      const state = board.apply(event);
      if (state === undefined) return;
      if (event.type === "finished" && !transient) say(state, finishedParts(state));
      const last = lastLine.get(stageKey(state)) ?? state.started;
      if (event.type === "advanced" && now() - last >= LINE_INTERVAL_MS) say(state, stageParts(state));
    },
    close() {},
  };
}
