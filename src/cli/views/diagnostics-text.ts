import { countOf, type Diagnostic, formatCount } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { escapePath, escapeText } from "../text/escape.ts";
import { fitLine } from "../text/fit-line.ts";
import { wrapText } from "../text/wrap.ts";

/** Places shown per message. */
const EXAMPLES = 3;
/** Messages shown per rule: most rules have one, but some name an image, and a registry may have thousands. */
const SENTENCES = 20;

/**
 * Diagnostics grouped by rule and message, the most frequent first, each group with its count and up to three places.
 * Empty if there are none.
 */
export function diagnosticsText(diagnostics: readonly Diagnostic[], style: ViewStyle): string[] {
  if (diagnostics.length === 0) return [];
  const groups = [...groupDiagnostics(diagnostics).values()].sort((a, b) => b.length - a.length);
  const title = `Worth knowing (${countOf(diagnostics.length, "diagnostic", "diagnostics")}):`;
  const rules = Map.groupBy(groups, ([first]) => first?.rule);
  const shown = new Set([...rules.values()].flatMap((sentences) => sentences.slice(0, SENTENCES)));
  const lines = groups.filter((group) => shown.has(group)).flatMap((group) => groupLines(group, style));
  const rest = groups.length - shown.size;
  return [
    style.paint("yellow", title),
    ...lines,
    ...(rest > 0 ? [`  and ${formatCount(rest)} more (all of them: --format json)`] : []),
  ];
}

function groupDiagnostics(diagnostics: readonly Diagnostic[]): Map<string, Diagnostic[]> {
  const groups = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const key = `${diagnostic.rule}\n${diagnostic.message}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [diagnostic]);
    else group.push(diagnostic);
  }
  return groups;
}

function groupLines(group: readonly Diagnostic[], style: ViewStyle): string[] {
  const { paint, columns } = style;
  const [first] = group;
  if (first === undefined) return [];
  const count = group.length > 1 ? `${group.length} × ` : "";
  const times = paint.unicode ? count : count.replace("×", "x");
  const places = group.filter(saysWhere);
  const shown = places.slice(0, EXAMPLES).map((place) => `      ${fitLine(placeText(place), style, 6)}`);
  const more = places.length - shown.length;
  return [
    ...wrap(`${times}${escapeText(first.message)}`, columns, paint("bold", escapeText(first.rule))),
    ...shown,
    ...(more > 0 ? [`      and ${more} more (all of them: --format json)`] : []),
  ];
}

/** Whether it has a place that its message does not name. */
function saysWhere({ layer, path, platform, message }: Diagnostic): boolean {
  return layer !== undefined || path !== undefined || (platform !== undefined && !message.includes(platform));
}

function placeText({ layer, path, platform }: Diagnostic): string {
  const where = [escapeText(platform ?? ""), layer === undefined ? undefined : `layer ${layer}`]
    .filter(Boolean)
    .join(", ");
  const name = path === undefined ? "" : path === "" ? "/" : escapePath(path);
  return [where, name].filter(Boolean).join(": ");
}

/** A message under its rule. */
function wrap(text: string, columns: number | undefined, rule: string): string[] {
  const lines = wrapText(text, columns === undefined ? undefined : columns - 4);
  return [`  ${rule}`, ...lines.map((part) => `    ${part}`)];
}
