import type { Paint } from "../terminal.ts";
import { columnsOf } from "../text/columns-of.ts";
import { endEllipsis, middleEllipsis } from "../text/ellipsis.ts";
import { escapeText } from "../text/escape.ts";
import { IMAGES, type StageState } from "./stage-board.ts";
import { finishedParts, stageName, stageParts } from "./stage-text.ts";

/** What {@link drawStages} needs besides the stages. */
export interface Canvas {
  /** Maximum width of a line. */
  readonly columns: number;
  readonly paint: Paint;
  /** Number of the frame, for the spinner. */
  readonly frame: number;
}

interface Glyphs {
  readonly done: string;
  readonly spinner: readonly string[];
  readonly full: string;
  readonly empty: string;
  readonly cut: string;
}

const UNICODE: Glyphs = { done: "✔", spinner: [..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"], full: "━", empty: "─", cut: "…" };
const ASCII: Glyphs = { done: "*", spinner: [..."|/-\\"], full: "#", empty: ".", cut: "~" };

const BAR_COLUMNS = { least: 10, most: 30 };
/** Width of the longest figures, so that the width of the bar does not change with them. */
const FIGURE_COLUMNS = "100 %  1.23 GB of 1.23 GB  123 MB/s  1 min 23 s left".length;

/** Draws a line per stage, within the width: running stages with a bar. The current of several images has its own. */
export function drawStages(stages: readonly StageState[], canvas: Canvas): string[] {
  const glyphs = canvas.paint.unicode ? UNICODE : ASCII;
  const nameColumns = Math.max(0, ...stages.map((state) => columnsOf(stageName(state, stages))));
  return stages.flatMap((state) => {
    const name = stageName(state, stages).padEnd(nameColumns);
    if (state.took !== undefined) return finishedLine(state, name, { canvas, glyphs });
    const line = runningLine(state, name, { canvas, glyphs });
    return state.stage === IMAGES ? [line, labelLine(state, nameColumns, { canvas, glyphs })] : line;
  });
}

interface Look {
  readonly canvas: Canvas;
  readonly glyphs: Glyphs;
}

function finishedLine(state: StageState, name: string, { canvas, glyphs }: Look): string {
  const { paint, columns } = canvas;
  const text = [escapeText(state.label), ...finishedParts(state)].filter(Boolean).join("  ");
  const room = columns - columnsOf(`${glyphs.done} ${name}  `);
  return `${paint("green", glyphs.done)} ${name}  ${paint("dim", endEllipsis(text, room, glyphs.cut))}`;
}

function runningLine(state: StageState, name: string, { canvas, glyphs }: Look): string {
  const { paint, columns, frame } = canvas;
  const spinner = glyphs.spinner[frame % glyphs.spinner.length] ?? "";
  const parts = stageParts(state);
  const figures = parts.length > 0 ? parts.join("  ") : escapeText(state.label);
  const lead = `${paint("cyan", spinner)} ${name}  `;
  const room = columns - columnsOf(`${spinner} ${name}  `);
  const barColumns = Math.min(BAR_COLUMNS.most, room - FIGURE_COLUMNS - 2);
  if (!state.total || barColumns < BAR_COLUMNS.least) return lead + endEllipsis(figures, room, glyphs.cut);
  return `${lead}${bar(state, barColumns, { canvas, glyphs })}  ${endEllipsis(figures, room - barColumns - 2, glyphs.cut)}`;
}

/** The end of a reference tells images apart. */
function labelLine({ label }: StageState, nameColumns: number, { canvas, glyphs }: Look): string {
  const indent = " ".repeat(nameColumns + 4);
  return indent + canvas.paint("dim", middleEllipsis(escapeText(label), canvas.columns - indent.length, glyphs.cut));
}

function bar({ done, total }: StageState, columns: number, { canvas, glyphs }: Look): string {
  const filled = Math.min(columns, Math.floor((done / (total || 1)) * columns));
  return canvas.paint("green", glyphs.full.repeat(filled)) + canvas.paint("dim", glyphs.empty.repeat(columns - filled));
}
