import { countOf, formatChange, type Measurement, type Spread } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { formatDuration } from "../text/duration.ts";
import { escapeText } from "../text/escape.ts";
import { formatTable } from "../text/table.ts";
import { wrapText } from "../text/wrap.ts";

/** Times in an engine of an image and of its flat image, with the spread over all rounds. */
export function measurementLines(measured: Measurement, { paint, columns }: ViewStyle): string[] {
  const { engine, endpoint, source, rounds, steps, notMeasured } = measured;
  const title = `${escapeText(source)} in ${engine} (${escapeText(endpoint)}), ${countOf(rounds, "round", "rounds")}; median, least to most:`;
  const dash = paint.unicode ? "–" : "-";
  const rows = steps.map(({ step, before, flat }) => [
    `  ${step === "walk" ? "stat" : step}`,
    spreadText(before, dash),
    spreadText(flat, dash),
    isClear(before, flat) ? formatChange(before.median, flat.median) : "no clear change",
  ]);
  const titles = [{ title: "" }, { title: "AS IT IS" }, { title: "FLAT" }, { title: "CHANGE" }];
  const [head = "", ...lines] = formatTable(titles, rows);
  const missing = notMeasured === undefined ? [] : wrapText(`Not measured: ${notMeasured}.`, columns);
  return [...wrapText(title, columns).map((line) => paint("bold", line)), paint("dim", head), ...lines, ...missing];
}

function spreadText({ median, least, most }: Spread, dash: string): string {
  return `${formatDuration(median)} (${formatDuration(least)}${dash}${formatDuration(most)})`;
}

/** Whether all rounds of one were faster than all rounds of the other. */
function isClear(before: Spread, flat: Spread): boolean {
  return before.most < flat.least || flat.most < before.least;
}
