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
  const screen = createLogUpdate(stream);
  const paint = createPaint(terminal);
  const draw = (): void => {
    const columns = (stream.columns || FALLBACK_COLUMNS) - 1;
    screen(drawStages(board.stages, { columns, paint, frame: Math.floor(now() / FRAME_MS) }));
  };
  const timer = setInterval(draw, FRAME_MS).unref();
  let closed = false;
  return {
    report(event) {
      board.apply(event);
    },
    close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      if (transient) screen.clear();
      else draw();
      screen.done();
      if (!transient && board.stages.length > 0) stream.write("\n");
    },
  };
}
