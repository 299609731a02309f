import process from "node:process";
import { createPaint, type Terminal } from "../terminal.ts";
import { drawStages } from "./draw-stages.ts";
import { createScreen } from "./screen.ts";
import { createStageBoard } from "./stage-board.ts";
import type { Ui } from "./ui.ts";

const FRAME_MS = 100;
const FALLBACK_COLUMNS = 80;

/** With `transient`, bars are removed at the end; otherwise they stay, followed by a blank line. */
export interface TtyOptions {
  readonly transient: boolean;
}

/** Redraws one bar per stage ten times a second, at the current width of the terminal. */
export function createTtyUi(stream: NodeJS.WriteStream, terminal: Terminal, { transient }: TtyOptions): Ui {
  const now = performance.now.bind(performance);
  const board = createStageBoard(now);
  const screen = createScreen(stream);
  const paint = createPaint(terminal);
  const show = (how: "draw" | "leave"): void => {
    if (board.stages.length === 0) return;
    const columns = (stream.columns || FALLBACK_COLUMNS) - 1;
    screen[how](drawStages(board.stages, { columns, paint, frame: Math.floor(now() / FRAME_MS) }));
  };
  const timer = setInterval(() => show("draw"), FRAME_MS).unref();
  const suspension = whenSuspended(() => show("leave"));
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    clearInterval(timer);
    suspension[Symbol.dispose]();
    for (const event of ENDS) process.off(event, close);
    if (transient) screen.clear();
    else show("leave");
    if (!transient && board.stages.length > 0) stream.write("\n");
  };
  // What is printed by a run that ends in the middle would be drawn over the lines, where the cursor is.
  for (const event of ENDS) process.once(event, close);
  return {
    report(event) {
      board.apply(event);
    },
    close,
  };
}

/** A bug, and a second Ctrl-C. */
const ENDS = ["uncaughtExceptionMonitor", "exit"] as const;

/**
 * Calls `prepare` before Ctrl-Z suspends the process, until it is disposed: after `fg`, the lines above are the
 * shell's, and must not be drawn over.
 */
function whenSuspended(prepare: () => void): Disposable {
  const suspend = (): void => {
    prepare();
    process.off("SIGTSTP", suspend).once("SIGCONT", resume);
    process.kill(process.pid, "SIGTSTP");
  };
  const resume = (): void => void process.on("SIGTSTP", suspend);
  resume();
  return {
    [Symbol.dispose]() {
      process.off("SIGTSTP", suspend).off("SIGCONT", resume);
    },
  };
}
