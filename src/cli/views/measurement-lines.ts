import { countOf, formatChange, type Measurement, type Spread } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { formatDuration } from "../text/duration.ts";
import { escapeText } from "../text/escape.ts";
import { formatTable } from "../text/table.ts";
import { wrapText } from "../text/wrap.ts";

/** Fewer rounds fall apart by chance too often (one always, two in a third of all cases) to call a change clear. */
const LEAST_ROUNDS = 3;

/** Times in an engine of an image and of its flat image, with the spread over all rounds if there are several. */
export function measurementLines(measured: Measurement, { paint, columns }: ViewStyle): string[] {
  const { engine, endpoint, source, rounds, steps, notMeasured } = measured;
  const title = `${escapeText(source)} in ${engine} (${escapeText(endpoint)}), ${countOf(rounds, "round", "rounds")}${rounds === 1 ? "" : "; median, least to most"}:`;
  const judged = rounds >= LEAST_ROUNDS;
  const dash = paint.unicode ? "–" : "-";
  const rows = steps.map(({ step, before, flat }) => [
    `  ${step === "walk" ? "stat" : step}`,
    spreadText(before, dash),
    spreadText(flat, dash),
    ...(judged ? [isClear(before, flat) ? formatChange(before.median, flat.median) : "no clear change"] : []),
  ]);
  const titles = ["", "AS IT IS", "FLAT", ...(judged ? ["CHANGE"] : [])].map((title) => ({ title }));
  const [head = "", ...lines] = formatTable(titles, rows);
  const notes = [
    ...(judged ? [] : ["Too few rounds to tell a change from noise: --rounds 3 or more."]),
    ...(notMeasured === undefined ? [] : [`Not measured: ${notMeasured}.`]),
  ].flatMap((note) => wrapText(note, columns));
  return [...wrapText(title, columns).map((line) => paint("bold", line)), paint("dim", head), ...lines, ...notes];
}

function spreadText({ median, least, most }: Spread, dash: string): string {
  if (least === most) return formatDuration(median);
  return `${formatDuration(median)} (${formatDuration(least)}${dash}${formatDuration(most)})`;
}

/** Whether all rounds of one were faster than all rounds of the other. */
function isClear(before: Spread, flat: Spread): boolean {
  return before.most < flat.least || flat.most < before.least;
}
