import {
  countOf,
  formatCount,
  formatSize,
  type HistoryLayer,
  type HistoryResult,
  type HistoryStep,
  type ImageHistory,
} from "../../index.ts";
import { ellipsisOf, type ViewStyle } from "../terminal.ts";
import { formatAge } from "../text/duration.ts";
import { endEllipsis, middleEllipsis } from "../text/ellipsis.ts";
import { escapeText } from "../text/escape.ts";
import { joinSections } from "../text/sections.ts";
import { shortDigest } from "../text/short-digest.ts";
import { type Column, formatTable, widthBeforeLast } from "../text/table.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { hiddenText } from "./hidden-text.ts";
import { stepLine } from "./step-command.ts";

/** Options of {@link historyView}. */
export interface HistoryStyle extends ViewStyle {
  /** Milliseconds since 1970, for ages. */
  readonly now: number;
  /** Shortens commands, digests and times. */
  readonly trunc: boolean;
}

/** One table per platform, newest step first, with a line of sums below. */
export function historyView(result: HistoryResult, style: HistoryStyle): string {
  const diagnostics = [...result.diagnostics, ...result.images.flatMap((image) => image.diagnostics)];
  const tables = result.images.map((image) => [
    ...(result.images.length > 1 ? [style.paint("bold", escapeText(image.platform))] : []),
    ...historyTable(image.steps, style),
    "",
    sums(image),
  ]);
  return joinSections([...tables, diagnosticsText(diagnostics, style)]);
}

interface StepColumn extends Column {
  readonly cell: (step: HistoryStep) => string;
  /** Shown only on terminals of at least so many columns. */
  readonly from?: number;
}

/** A table of history steps. */
function historyTable(steps: readonly HistoryStep[], style: HistoryStyle): string[] {
  const columns = stepColumns(style).filter(({ from }) => (style.columns ?? Number.POSITIVE_INFINITY) >= (from ?? 0));
  const rows = steps.map((step) => columns.map(({ cell }) => cell(step)));
  const [head = "", ...lines] = formatTable(columns, shortenLast(columns, rows, style));
  return [style.paint("dim", head), ...lines];
}

const WIDE = 110;

function stepColumns({ trunc, now }: HistoryStyle): StepColumn[] {
  const ofLayer =
    (text: (layer: HistoryLayer) => string) =>
    ({ layer }: HistoryStep): string =>
      layer === undefined ? "" : text(layer);
  return [
    { title: "LAYER", align: "right", cell: ofLayer(({ number }) => String(number)) },
    { title: "DIGEST", cell: ofLayer(({ digest }) => (trunc ? shortDigest(digest) : digest)), from: trunc ? WIDE : 0 },
    {
      title: "CREATED",
      cell: ({ created }) => escapeText(trunc ? formatAge(created, now) : (created ?? "")),
      from: trunc ? WIDE : 0,
    },
    { title: "SIZE", align: "right", cell: ({ layer }) => formatSize(layer?.uncompressedSize ?? 0) },
    { title: "STORED", align: "right", cell: ofLayer(({ size }) => formatSize(size)) },
    { title: "ENTRIES", align: "right", cell: ofLayer(({ entries }) => formatCount(entries)) },
    { title: "HIDDEN", align: "right", cell: ofLayer(({ hidden }) => hiddenText(hidden)) },
    { title: "CREATED BY", cell: (step) => createdBy(step, trunc) },
  ];
}

function createdBy({ createdBy: command, comment }: HistoryStep, trunc: boolean): string {
  if (command === undefined) return comment === undefined ? "<missing>" : escapeText(comment);
  return escapeText(trunc ? stepLine(command) : command);
}

const LEAST_COMMAND = 20;

/** Shortens the last column to the remaining width. */
function shortenLast(columns: readonly Column[], rows: readonly string[][], style: HistoryStyle): string[][] {
  if (!style.trunc || style.columns === undefined) return [...rows];
  const room = Math.max(LEAST_COMMAND, style.columns - widthBeforeLast(columns, rows));
  const shorten = style.columns < WIDE ? endEllipsis : middleEllipsis;
  return rows.map((cells) => [...cells.slice(0, -1), shorten(cells.at(-1) ?? "", room, ellipsisOf(style.paint))]);
}

function sums({ steps, size, uncompressedSize, hidden, flat }: ImageHistory): string {
  const layers = steps.filter(({ layer }) => layer !== undefined).length;
  const parts = [
    countOf(layers, "layer", "layers"),
    `${formatSize(uncompressedSize)} (stored: ${formatSize(size)})`,
    `hidden: ${countOf(hidden.entries, "entry", "entries")}, ${formatSize(hidden.size)}`,
    `flat: ${formatSize(flat.uncompressedSize)}`,
  ];
  return parts.join("; ");
}
