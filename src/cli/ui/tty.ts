import process from "node:process";
import { createLogUpdate } from "log-update";
import { createPaint, type Terminal } from "../terminal.ts";
import { drawStages } from "./draw-stages.ts";
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
  // A hidden cursor would stay hidden while the process is suspended, and after SIGKILL.
  const screen = createLogUpdate(stream, { showCursor: true });
  const paint = createPaint(terminal);
  const draw = (): void => {
    if (board.stages.length === 0) return;
    const columns = (stream.columns || FALLBACK_COLUMNS) - 1;
    screen(drawStages(board.stages, { columns, paint, frame: Math.floor(now() / FRAME_MS) }));
  };
  const timer = setInterval(draw, FRAME_MS).unref();
  const suspension = whenSuspended(() => screen.done());
  let closed = false;
  return {
    report(event) {
      board.apply(event);
    },
    close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      suspension[Symbol.dispose]();
      if (transient) screen.clear();
      else draw();
      screen.done();
      if (!transient && board.stages.length > 0) stream.write("\n");
    },
  };
}

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
