import { countOf, type FsdigestResult, formatSize } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { escapeText } from "../text/escape.ts";
import { formatTable } from "../text/table.ts";
import { diagnosticsText } from "./diagnostics-text.ts";

/** One line per platform: digest, platform, entries and bytes of content. */
export function fsdigestView({ images, diagnostics }: FsdigestResult, style: ViewStyle): string {
  const rows = images.map(({ fsdigest, platform, entries, bytes }) => [
    fsdigest,
    escapeText(platform),
    `${countOf(entries, "entry", "entries")}, ${formatSize(bytes)}`,
  ]);
  const lines = formatTable([{ title: "" }, { title: "" }, { title: "" }], rows);
  const notes = diagnosticsText(diagnostics, style);
  return [...lines, ...(notes.length === 0 ? [] : ["", ...notes])].join("\n");
}
