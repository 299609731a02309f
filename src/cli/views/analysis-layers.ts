import { type AnalyzedLayer, formatCount, formatSize, type ImageAnalysis } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { escapeText } from "../text/escape.ts";
import { fittedTable } from "../text/fitted-table.ts";
import type { Column } from "../text/table.ts";
import { stepLine } from "./step-command.ts";

interface LayerColumn extends Column {
  readonly cell: (layer: AnalyzedLayer) => string;
  /** Shown only on terminals of at least so many columns. */
  readonly from?: number;
}

const WIDE = 110;

const COLUMNS: readonly LayerColumn[] = [
  { title: "LAYER", align: "right", cell: ({ number }) => String(number) },
  { title: "SIZE", align: "right", cell: ({ uncompressedSize }) => formatSize(uncompressedSize) },
  { title: "STORED", align: "right", cell: ({ size }) => formatSize(size) },
  { title: "ENTRIES", align: "right", cell: ({ entries }) => formatCount(entries), from: WIDE },
  { title: "HIDDEN", align: "right", cell: ({ hidden }) => sizeOrNothing(hidden.size) },
  { title: "HIDES", align: "right", cell: ({ hides }) => sizeOrNothing(hides.size) },
  { title: "REWRITES", align: "right", cell: ({ rewrites }) => sizeOrNothing(rewrites.size), from: WIDE },
  { title: "REPEATS", align: "right", cell: ({ duplicates }) => sizeOrNothing(duplicates.size) },
  { title: "STEP", cell: stepOf },
];

/**
 * The layers, newest first as in `history`: the size of each, how much of it is hidden, how much it hides, and its
 * step.
 */
export function layersTable({ layers }: ImageAnalysis, style: ViewStyle): string[] {
  const { paint, columns } = style;
  const shown = COLUMNS.filter(({ from = 0 }) => (columns ?? Number.POSITIVE_INFINITY) >= from);
  const rows = layers.toReversed().map((layer) => shown.map(({ cell }) => cell(layer)));
  const [head = "", ...lines] = fittedTable(shown, rows, style);
  const hiding = layers
    .toReversed()
    .map(({ hidden, contentSize }) => hidden.size > 0 && hidden.size >= contentSize / 2);
  return [paint("dim", head), ...lines.map((line, at) => (hiding[at] === true ? paint("yellow", line) : line))];
}

function sizeOrNothing(size: number): string {
  return size === 0 ? "" : formatSize(size);
}

function stepOf({ createdBy, comment }: AnalyzedLayer): string {
  if (createdBy === undefined || createdBy === "") return comment === undefined ? "<missing>" : escapeText(comment);
  return escapeText(stepLine(createdBy));
}
