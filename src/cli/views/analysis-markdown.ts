import {
  type AnalyzedSource,
  countOf,
  type Diagnostic,
  formatChange,
  formatCount,
  formatSize,
  type GateOutcome,
  type ImageAnalysis,
} from "../../index.ts";
import { escapePath, escapeText } from "../text/escape.ts";
import type { AnalysisReport } from "./analysis-view.ts";
import { groupSecrets } from "./group-secrets.ts";
import { stepLine } from "./step-command.ts";

/**
 * Markdown for GitHub and GitLab, for the summary of a job: gates and unreadable images first, then each image with its
 * figures, secrets, advice and layers.
 */
export function analysisMarkdown({ sources, gates, diagnostics = [] }: AnalysisReport): string {
  const parts = sources.flatMap((source) => source.images.map((image) => imagePart(source, image)));
  const first = [
    ...(gates === undefined ? [] : [gatesPart(gates)]),
    ...(diagnostics.length === 0 ? [] : [unreadPart(diagnostics)]),
  ];
  return [...first, ...parts].join("\n\n");
}

function unreadPart(diagnostics: readonly Diagnostic[]): string {
  return ["## Not read", "", ...diagnostics.map(({ message }) => `- ${md(message)}`)].join("\n");
}

function gatesPart(gates: readonly GateOutcome[]): string {
  const rows = gates.map(({ gate, source, platform, passed, text }) => [
    passed ? "passed" : "**failed**",
    code(gate),
    md(text),
    md(`${source} (${platform})`),
  ]);
  return ["## Gates", "", ...table(["", "gate", "found", "image"], rows)].join("\n");
}

function imagePart({ source }: AnalyzedSource, image: ImageAnalysis): string {
  const { recommendation, advice } = image;
  const acts = advice.filter(({ verdict }) => verdict !== "fine").map(({ text }) => `- ${md(text)}`);
  return [
    `## ${md(source)} (${md(image.platform)})`,
    `**${recommendation.action}**: ${md(recommendation.reason)}`,
    table(["", ""], figures(image)).join("\n"),
    ...secrets(image),
    ...(acts.length > 0 ? [acts.join("\n")] : []),
    layers(image),
  ].join("\n\n");
}

function figures({
  size,
  uncompressedSize,
  layers: all,
  flat,
  hidden,
  efficiency,
  wastedBytes,
}: ImageAnalysis): string[][] {
  return [
    ["size", `${formatSize(uncompressedSize)}, ${formatSize(size)} stored, ${countOf(all.length, "layer", "layers")}`],
    ["flat", `${formatSize(flat.uncompressedSize)} (${formatChange(uncompressedSize, flat.uncompressedSize)})`],
    ["hidden", `${countOf(hidden.entries, "entry", "entries")}, ${formatSize(hidden.size)}`],
    ["efficiency", `${(efficiency * 100).toFixed(1)} %, ${formatSize(wastedBytes)} wasted`],
  ];
}

function secrets({ ghosts }: ImageAnalysis): string[] {
  if (ghosts.secrets.length === 0) return [];
  const rows = groupSecrets(ghosts.secrets).flatMap(({ shown, more }) =>
    shown.map(({ layer, pattern, path, line }, at) => [
      String(layer),
      md(pattern),
      code(`${escapePath(path)}${line === undefined ? "" : `:${line}`}`) +
        (more > 0 && at === shown.length - 1 ? ` and ${formatCount(more)} more` : ""),
    ]),
  );
  return ["### Secrets in hidden files", table(["layer", "pattern", "file"], rows).join("\n")];
}

function layers({ layers: all }: ImageAnalysis): string {
  const rows = all.map(({ number, uncompressedSize, hidden, hides, createdBy = "" }) => [
    String(number),
    formatSize(uncompressedSize),
    formatSize(hidden.size),
    formatSize(hides.size),
    code(stepLine(createdBy)),
  ]);
  const lines = table(["layer", "size", "hidden", "hides", "step"], rows);
  return ["<details><summary>Layers</summary>", "", ...lines, "", "</details>"].join("\n");
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [titles, titles.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

/** Escapes untrusted text, so that nothing in it is markup. */
function md(text: string): string {
  return escapeText(text).replace(/[\\`*_{}[\]<>|#&!~$@]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** {@link md} in a fixed-width font. */
function code(text: string): string {
  return text === "" ? "" : `<code>${md(text)}</code>`;
}
