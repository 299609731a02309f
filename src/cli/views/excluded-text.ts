import { countOf, type FlattenedImage, formatCount, formatSize } from "../../index.ts";
import { escapeText } from "../text/escape.ts";
import type { Fact } from "../text/table.ts";

/** How many rules are shown: a list of exclusions may have a hundred thousand. */
const MOST = 20;

/**
 * What each rule of `--exclude` and `--prune` left out. If there are many rules, those that left out most, then the sum
 * of the others.
 */
export function excludedFacts({ excluded = [] }: Pick<FlattenedImage, "excluded">): Fact[] {
  const shown = new Set(excluded.toSorted((a, b) => b.bytes - a.bytes || b.entries - a.entries).slice(0, MOST));
  const others = excluded.filter((rule) => !shown.has(rule));
  const facts = excluded
    .filter((rule) => shown.has(rule))
    .map(({ option, value, ...left }) => `${leftOut(left)} by --${option} ${escapeText(value)}`);
  if (others.length > 0) {
    const left = {
      entries: others.reduce((sum, { entries }) => sum + entries, 0),
      bytes: others.reduce((sum, { bytes }) => sum + bytes, 0),
    };
    const idle = others.filter(({ entries }) => entries === 0).length;
    const vain = idle === 0 ? "" : `, nothing by ${formatCount(idle)} of them`;
    facts.push(`${leftOut(left)} by ${formatCount(others.length)} more${vain} (all of them: --format json)`);
  }
  return facts.map((fact, at) => [at === 0 ? "left out" : "", fact]);
}

function leftOut({ entries, bytes }: { readonly entries: number; readonly bytes: number }): string {
  return entries === 0 ? "nothing" : `${countOf(entries, "entry", "entries")}, ${formatSize(bytes)}`;
}
