import {
  type AnalysisResult,
  type AnalyzedSource,
  countOf,
  formatChange,
  formatCount,
  formatSize,
  type ImageAnalysis,
  type Measurement,
} from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { escapeText } from "../text/escape.ts";
import { joinSections } from "../text/sections.ts";
import { formatFacts, formatTable } from "../text/table.ts";
import { adviceLines, recommendationLines } from "./analysis-advice.ts";
import { fleetLines } from "./analysis-fleet.ts";
import { layersTable } from "./analysis-layers.ts";
import { duplicateLines, hiddenFileLines, prunableLines, secretLines } from "./analysis-lists.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { measurementLines } from "./measurement-lines.ts";

/** An analysis, with the measurements if requested. */
export interface AnalysisReport extends AnalysisResult {
  readonly measured?: readonly Measurement[];
}

/**
 * An analysis as text: for each image figures, layers, lists of the largest files, and advice; then totals and times.
 */
export function analysisView(result: AnalysisReport, style: ViewStyle): string {
  const gates = gateLines(result, style);
  const times = (result.measured ?? []).map((measured) => measurementLines(measured, style));
  const together = [fleetLines(result, style), diagnosticsText(result.diagnostics ?? [], style), ...times, gates];
  return [...result.sources.map((source) => sourceView(source, style)), together]
    .filter((sections) => sections.some((lines) => lines.length > 0))
    .map(joinSections)
    .join("\n\n\n");
}

/** Totals of all images in a place, of which there may be thousands; secrets and failed gates for single images. */
export function fleetView(result: AnalysisReport, style: ViewStyle): string {
  const { sources, measured = [], gates = [], diagnostics = [] } = result;
  const failed = gates.filter(({ passed }) => !passed);
  const passed = gates.length - failed.length;
  return joinSections([
    fleetLines(result, style),
    secretImages(sources, style),
    diagnosticsText(diagnostics, style),
    ...measured.map((each) => measurementLines(each, style)),
    [
      ...gateLines({ ...result, gates: result.gates && failed }, style),
      ...(passed > 0 ? [`${style.paint("green", "passed")}  ${countOf(passed, "gate", "gates")}`] : []),
    ],
    [style.paint("dim", "planish analyze IMAGE shows one in full, --format json all of them")],
  ]);
}

/** How many images could not be checked against gates, since they cannot be read; 0 without gates. */
export function unheldImages({ gates, diagnostics = [] }: AnalysisReport): number {
  return gates === undefined ? 0 : diagnostics.length;
}

/** Which images have secrets that are only in hidden files. */
function secretImages(sources: readonly AnalyzedSource[], { paint }: ViewStyle): string[] {
  const rows = sources.flatMap(({ source, images }) =>
    images
      .filter(({ ghosts }) => ghosts.secrets.length > 0)
      .map(({ ghosts, platform }) => [
        `  ${formatCount(ghosts.secrets.length)}`,
        `${escapeText(source)} ${escapeText(platform)}`,
      ]),
  );
  if (rows.length === 0) return [];
  return [
    paint("red", "Secrets in hidden files:"),
    ...formatTable([{ title: "", align: "right" }, { title: "" }], rows),
  ];
}

/** Every gate with what was found, and its image if there are several. */
function gateLines(result: AnalysisReport, { paint }: ViewStyle): string[] {
  const { gates = [], sources } = result;
  const unheld = unheldImages(result);
  const unread = countOf(unheld, "image that cannot be read passes", "images that cannot be read pass");
  const several = sources.length > 1 || (sources[0]?.images.length ?? 0) > 1;
  const lines = gates.map(({ gate, passed, text, source, platform }) => {
    const where = several ? ` (${escapeText(source)}, ${escapeText(platform)})` : "";
    return `${passed ? paint("green", "passed") : paint("red", "failed")}  ${escapeText(gate)}: ${text}${where}`;
  });
  return unheld === 0 ? lines : [...lines, `${paint("red", "failed")}  ${unread} no gate`];
}

function sourceView(source: AnalyzedSource, style: ViewStyle): string[][] {
  const diagnostics = [...source.diagnostics, ...source.images.flatMap((image) => image.diagnostics)];
  return [
    ...source.images.flatMap((image) => imageSections(image, source, style)),
    diagnosticsText(diagnostics, style),
  ];
}

function imageSections(image: ImageAnalysis, { source }: AnalyzedSource, style: ViewStyle): string[][] {
  return [
    [`${style.paint("bold", escapeText(source))}  ${escapeText(image.platform)}`, ...figures(image)],
    layersTable(image, style),
    secretLines(image, style),
    hiddenFileLines(image, style),
    prunableLines(image, style),
    duplicateLines(image, style),
    adviceLines(image, style),
    recommendationLines(image, style),
  ];
}

function figures(image: ImageAnalysis): string[] {
  const { layers, size, uncompressedSize, flat, hidden, efficiency, wastedBytes, ghosts } = image;
  const stored = flat.compression === "none" ? "" : `, about ${formatSize(flat.size)} stored`;
  const change = formatChange(uncompressedSize, flat.uncompressedSize);
  return formatFacts([
    [
      "  size",
      `${formatSize(uncompressedSize)}, ${formatSize(size)} stored, in ${countOf(layers.length, "layer", "layers")}`,
    ],
    ["  flat", `${formatSize(flat.uncompressedSize)} (${change})${stored}`],
    ["  hidden", `${countOf(hidden.entries, "entry", "entries")}, ${formatSize(hidden.size)}`],
    [
      "  gone",
      `${countOf(ghosts.files, "file", "files")}, ${formatSize(ghosts.size)}, at paths that the image no longer has`,
    ],
    ["  efficiency", `${(efficiency * 100).toFixed(1)} %, ${formatSize(wastedBytes)} wasted (as dive counts)`],
  ]);
}
