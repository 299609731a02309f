import type { FlattenedImage } from "../../index.ts";
import { escapeText } from "../text/escape.ts";
import { countOf, formatSize } from "../text/size.ts";

/** What each option left out, a fact a rule; patterns that keep are none. */
export function excludedFacts({ excluded = [] }: Pick<FlattenedImage, "excluded">): [name: string, value: string][] {
  return excluded.map(({ option, value, entries, bytes }, at) => {
    const saved = entries === 0 ? "nothing" : `${countOf(entries, "entry", "entries")}, ${formatSize(bytes)}`;
    return [at === 0 ? "left out" : "", `${saved} by --${option} ${escapeText(value)}`];
  });
}
