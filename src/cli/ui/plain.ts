import { escapeText } from "../text/escape.ts";
import { createStageBoard, IMAGES, type StageState, stageKey } from "./stage-board.ts";
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

/**
 * Writes a line when a stage ends, and one every ten seconds while it runs, and while several images are worked on: for
 * logs and dumb terminals.
 */
export function createPlainUi({ write, now, transient }: PlainOutput): Ui {
  const board = createStageBoard(now);
  const lastLine = new Map<string, number>();
  const say = (state: StageState, parts: readonly string[]): void => {
    lastLine.set(stageKey(state), now());
    const name = stageName(state, board.stages).padEnd(NAME_COLUMNS);
    write(`${name}  ${[escapeText(state.label), ...parts].filter(Boolean).join(", ")}`);
  };
  const sayIfDue = (state: StageState): void => {
    const last = Math.max(lastLine.get(stageKey(state)) ?? 0, state.started);
    if (now() - last >= LINE_INTERVAL_MS) say(state, stageParts(state));
  };
  return {
    report(event) {
      const state = board.apply(event);
      if (state === undefined) return;
      if (event.type === "finished" && !transient) say(state, finishedParts(state));
      const [first] = board.stages;
      if (first?.stage === IMAGES) sayIfDue(first);
      if (event.type === "advanced") sayIfDue(state);
    },
    close() {},
  };
}
