import {
  countOf,
  type FlattenPlan,
  formatChange,
  formatCount,
  formatSize,
  type HiddenSummary,
  type ImagePlan,
  type ResultLayerPlan,
} from "../../index.ts";
import { arrowOf, type ViewStyle } from "../terminal.ts";
import { escapeText } from "../text/escape.ts";
import { fittedTable } from "../text/fitted-table.ts";
import { joinSections } from "../text/sections.ts";
import { formatFacts } from "../text/table.ts";
import { hiddenFileLines } from "./analysis-lists.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { excludedFacts } from "./excluded-text.ts";
import { hiddenText } from "./hidden-text.ts";
import { baseFacts } from "./layer-facts.ts";
import { stepLine } from "./step-command.ts";

/** A flatten plan as text: what becomes of each layer, why entries are hidden, and the resulting layers. */
export function flattenPlanView(plan: FlattenPlan, style: ViewStyle): string {
  const diagnostics = [...plan.diagnostics, ...plan.images.flatMap((image) => image.diagnostics)];
  return joinSections([
    [headline(plan, style)],
    ...plan.images.flatMap((image) => imageSections(image, plan.images.length > 1, style)),
    diagnosticsText(diagnostics, style),
    [style.paint("dim", "Nothing was written.")],
  ]);
}

function headline({ source, destination, tags }: FlattenPlan, { paint }: ViewStyle): string {
  const to = destination === undefined ? "" : ` to ${paint("bold", escapeText(destination))}`;
  const names = tags.length === 0 ? "" : ` as ${tags.map(escapeText).join(", ")}`;
  return `Would flatten ${paint("bold", escapeText(source))}${to}${names}`;
}

function imageSections(image: ImagePlan, several: boolean, style: ViewStyle): string[][] {
  return [
    several ? [style.paint("bold", escapeText(image.platform))] : [],
    layerLines(image, style),
    hiddenFileLines(image, style),
    formatFacts(facts(image, style)),
  ];
}

function layerLines({ layers }: ImagePlan, style: ViewStyle): string[] {
  const titles = [
    { title: "LAYER", align: "right" },
    { title: "SIZE", align: "right" },
    { title: "COPIED", align: "right" },
    { title: "KEPT", align: "right" },
    { title: "HIDDEN", align: "right" },
    { title: "STEP" },
  ] as const;
  const rows = layers
    .toReversed()
    .map((layer) => [
      String(layer.number),
      formatSize(layer.uncompressedSize),
      formatSize(layer.copied),
      formatCount(layer.entries),
      hiddenText(layer.hidden),
      escapeText(stepLine(layer.createdBy ?? "")),
    ]);
  const [head = "", ...lines] = fittedTable(titles, rows, style);
  return [style.paint("dim", head), ...lines];
}

function facts(image: ImagePlan, { paint }: ViewStyle): (readonly string[])[] {
  const size = image.result.reduce<number | undefined>(
    (sum, layer) => (sum === undefined || layer.size === undefined ? undefined : sum + layer.size),
    0,
  );
  const tar = image.result.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  const stored = size === undefined ? "" : `, about ${formatSize(size)} stored`;
  return [
    ...baseFacts(image.base),
    ["hidden", reasonsText(image.hidden)],
    ...excludedFacts(image),
    ...image.result.map((layer, at) => ["result", resultText(layer, at, image)]),
    [
      "size",
      `${formatSize(image.uncompressedSize)} ${arrowOf(paint)} ${formatSize(tar)} (${formatChange(image.uncompressedSize, tar)})${stored}`,
    ],
  ];
}

function reasonsText({ entries, size, reasons }: HiddenSummary): string {
  const why = Object.entries(reasons)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${formatCount(count)} ${reason}`);
  return [
    `${countOf(entries, "entry", "entries")}, ${formatSize(size)}`,
    ...(why.length > 0 ? [why.join(", ")] : []),
  ].join(": ");
}

function resultText(
  { first, last, kept, entries, bytes, compression }: ResultLayerPlan,
  at: number,
  { alreadyFlat, result }: ImagePlan,
): string {
  if (kept) return `layer ${first} unchanged`;
  const from = last < first ? "no layers" : first === last ? `layer ${first}` : `layers ${first} to ${last}`;
  if (alreadyFlat) return `${from} unchanged: already flat`;
  const parts = result.filter((layer) => !layer.kept && layer.first === first);
  const begin = result.findIndex((layer) => !layer.kept && layer.first === first);
  const what = parts.length === 1 ? "one layer" : `part ${at - begin + 1}`;
  const how = compression === "none" ? "not compressed" : compression;
  return `${what} of ${from}, ${how}: ${countOf(entries, "entry", "entries")}; ${countOf(bytes.ranges, "range", "ranges")} copied (${formatSize(bytes.copied)}), ${formatSize(bytes.fresh)} of new headers`;
}
