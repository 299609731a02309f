import { type CopiedHow, type CopiedImage, type CopyResult, countOf, formatSize } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { formatDuration } from "../text/duration.ts";
import { escapeText } from "../text/escape.ts";
import { joinSections } from "../text/sections.ts";
import { formatFacts } from "../text/table.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { nextCommand } from "./next-command.ts";
import { othersFacts } from "./others-facts.ts";

/**
 * The summary of a copy: source and destination, what was copied and how, diagnostics, and the next command.
 */
export function copySummary(result: CopyResult, style: ViewStyle): string {
  const { source, destination, images, others, digest, identical, tags, milliseconds } = result;
  const bold = (text: string): string => style.paint("bold", escapeText(text));
  const facts = [
    ...images.map((image) => [escapeText(image.platform), layersText(image)]),
    ...othersFacts(others),
    ...(images.length === 1 ? images.map(({ config }) => ["config", config]) : []),
    ["digest", identical ? `${digest}, the source's` : digest],
    ...(tags.length > 0 ? [["tags", tags.map(escapeText).join(", ")]] : []),
    ["took", formatDuration(milliseconds)],
  ];
  const diagnostics = [...result.diagnostics, ...images.flatMap((image) => image.diagnostics)];
  const next = images.some(loadable) ? nextCommand(destination, tags) : undefined;
  return joinSections([
    [`Copied ${bold(source)} to ${bold(destination)}`],
    formatFacts(facts),
    diagnosticsText(diagnostics, style),
    next === undefined ? [] : [`Next: ${style.paint("bold", next)}`],
  ]);
}

const HOW: readonly (readonly [CopiedHow, string])[] = [
  ["present", "there already"],
  ["recompressed", "recompressed"],
  ["elsewhere", "left elsewhere"],
];

/** Whether engines on Linux could load the image: no artifact, not for Windows, no layer left elsewhere. */
function loadable({ platform, layers }: CopiedImage): boolean {
  return platform.startsWith("linux/") && layers.every(({ method }) => method !== "elsewhere");
}

/** `8 layers, 57.1 MB, 3 there already`. */
function layersText({ layers }: CopiedImage): string {
  const size = layers.reduce((sum, layer) => sum + layer.size, 0);
  const counts = HOW.map(([how, text]) => [layers.filter(({ method }) => method === how).length, text] as const);
  return [
    countOf(layers.length, "layer", "layers"),
    formatSize(size),
    ...counts.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`),
  ].join(", ");
}
