import { countOf, formatSize, type ReportResult } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { escapeText } from "../text/escape.ts";
import { joinSections } from "../text/sections.ts";
import { diagnosticsText } from "./diagnostics-text.ts";

/** Where the report was written and what it shows; with a flat image, whether that is the same. */
export function reportView(result: ReportResult, style: ViewStyle): string {
  const { source, output, size, entries, flat, platform } = result;
  const place = output === "-" ? "stdout" : escapeText(output);
  const lines = [
    `Wrote the report on ${style.paint("bold", escapeText(source))} to ${style.paint("bold", place)}`,
    `${escapeText(platform)}, ${countOf(entries, "entry", "entries")}, ${formatSize(size)} of HTML`,
  ];
  if (flat.kind === "image") {
    lines.push(`${escapeText(flat.source)} is ${flat.verification.equal ? "the same" : "NOT the same"}`);
  }
  return joinSections([lines, diagnosticsText(result.diagnostics, style)]);
}
