import { countOf, formatSize, type InspectedImage, type InspectedLayer, type InspectResult } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { columnsOf } from "../text/columns-of.ts";
import { escapeText } from "../text/escape.ts";
import { joinSections } from "../text/sections.ts";
import { shortDigest } from "../text/short-digest.ts";
import { type Column, formatFacts, formatTable } from "../text/table.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { othersFacts } from "./others-facts.ts";
import { referrerLines } from "./referrers-text.ts";

/** An image as text: names and digests, then config and layers of each platform. */
export function inspectView(result: InspectResult, style: ViewStyle): string {
  const { source, names, index, images, others, diagnostics } = result;
  const head = formatFacts([
    ["source", escapeText(source)],
    ["names", names.map(escapeText).join(", ") || "none"],
    ...(index === undefined
      ? []
      : [
          ["digest", index.digest],
          ["type", escapeText(index.mediaType)],
        ]),
    ["images", countOf(images.length, "platform", "platforms")],
    ...othersFacts(others),
  ]);
  return joinSections([
    head,
    ...images.flatMap((image) => imageSections(image, style)),
    referrerLines(result, style),
    diagnosticsText(diagnostics, style),
  ]);
}

function imageSections(image: InspectedImage, style: ViewStyle): string[][] {
  const { json } = image.config;
  const config = isObject(json) ? json : {};
  return [
    [
      style.paint("bold", escapeText(image.platform)),
      ...formatFacts([
        ["digest", image.manifest.digest],
        ["type", escapeText(image.manifest.mediaType)],
        ["config", image.config.digest],
        ...["created", "author"].flatMap((name) => (config[name] ? [[name, escapeText(String(config[name]))]] : [])),
        ["size", `${formatSize(image.size)} in ${countOf(image.layers.length, "layer", "layers")}`],
      ]),
    ],
    [style.paint("bold", "Config"), ...jsonLines(config.config ?? {})],
    annotationLines(image.manifest.json, style),
    layerLines(image.layers, style),
  ];
}

function annotationLines(manifest: unknown, { paint }: ViewStyle): string[] {
  const annotations = isObject(manifest) ? manifest.annotations : undefined;
  return isObject(annotations) ? [paint("bold", "Annotations"), ...jsonLines(annotations)] : [];
}

/** The table of layers, with full digests and media types if they fit. */
function layerLines(
  layers: readonly InspectedLayer[],
  { paint, columns = Number.POSITIVE_INFINITY }: ViewStyle,
): string[] {
  const whole = layerTable(layers, true);
  const fits = whole.every((line) => columnsOf(line) <= columns);
  const [head = "", ...lines] = fits ? whole : layerTable(layers, false);
  return [paint("dim", head), ...lines];
}

function layerTable(layers: readonly InspectedLayer[], whole: boolean): string[] {
  const digest = (text: string): string => (whole ? text : shortDigest(text));
  const titles: Column[] = [
    { title: "LAYER", align: "right" },
    { title: "STORED", align: "right" },
    { title: "DIGEST" },
    { title: "DIFFID" },
    { title: "MEDIA TYPE" },
  ];
  const rows = layers.map((layer) => [
    String(layer.number),
    formatSize(layer.size),
    digest(layer.digest),
    digest(layer.diffId),
    escapeText(whole ? layer.mediaType : layer.mediaType.replace(/^application\/vnd\./, "")),
  ]);
  return formatTable(titles, rows);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON.stringify escapes most of what could act on a terminal; escapeText does the rest. */
function jsonLines(json: unknown): string[] {
  return JSON.stringify(json, undefined, 2)
    .split("\n")
    .map((line) => escapeText(line));
}
