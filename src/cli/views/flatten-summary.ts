import type { FlattenedImage, FlattenResult } from "../../index.ts";
import { formatDuration } from "../text/duration.ts";
import { escapeText } from "../text/escape.ts";
import { formatChange, formatCount, formatSize } from "../text/size.ts";
import { formatTable } from "../text/table.ts";
import { diagnosticsText, type ViewStyle } from "./diagnostics-text.ts";
import { nextCommand } from "./next-command.ts";

/** What a person is told when a flatten is done: before and after of each image, what to know, what to type next. */
export function flattenSummary(result: FlattenResult, style: ViewStyle, { next: told = true } = {}): string {
  const { paint } = style;
  const diagnostics = [...result.diagnostics, ...result.images.flatMap((image) => image.diagnostics)];
  const next = told ? nextCommand(result.destination, result.tags) : undefined;
  const sections = [
    [headline(result, style)],
    ...factSections(result, style),
    diagnosticsText(diagnostics, style),
    next === undefined ? [] : [`Next: ${paint("bold", next)}`],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

type Fact = readonly [name: string, value: string];

/** One table for one image; a table a platform and one for all of them else. */
function factSections(result: FlattenResult, style: ViewStyle): string[][] {
  const [image, ...others] = result.images;
  if (image !== undefined && others.length === 0) return [table([...imageFacts(image, style), ...resultFacts(result)])];
  const platforms = result.images.map((each) => [
    style.paint("bold", escapeText(each.platform)),
    ...table(imageFacts(each, style)),
  ]);
  return [...platforms, table(resultFacts(result))];
}

function headline({ source, destination, images }: FlattenResult, { paint }: ViewStyle): string {
  const flat = images.every(({ alreadyFlat }) => alreadyFlat);
  const ends = `${paint("bold", escapeText(source))} to ${paint("bold", escapeText(destination))}`;
  return flat ? `Already flat, copied ${ends}` : `Flattened ${ends}`;
}

function imageFacts(image: FlattenedImage, { paint }: ViewStyle): Fact[] {
  const { before, after, entries } = image;
  const { layer } = after;
  const arrow = paint.unicode ? "→" : "->";
  const change = (from: number, to: number): string =>
    `${formatSize(from)} ${arrow} ${formatSize(to)} (${formatChange(from, to)})`;
  const compression = layer.compression === "none" ? "not compressed" : layer.compression;
  return [
    ["layers", image.alreadyFlat ? "1, flat already" : `${before.layers} ${arrow} 1`],
    ["entries", `${formatCount(entries.kept)} kept, ${formatCount(entries.hidden)} hidden`],
    ["size", `${change(before.size, layer.size)}, ${compression}`],
    ["tar", change(before.uncompressedSize, layer.uncompressedSize)],
    ...spliceFacts(layer.copied),
    ["layer", layer.digest],
    ["diffID", layer.diffId === (layer.digest as string) ? "the same" : layer.diffId],
  ];
}

/** What splicing saved, where there was any. */
function spliceFacts(copied: FlattenedImage["after"]["layer"]["copied"]): Fact[] {
  const total = Object.values(copied).reduce((sum, bytes) => sum + bytes, 0);
  if (copied.spliced === 0) return [];
  const share = `${((copied.spliced / total) * 100).toFixed(1)} %`;
  const others = [`${formatSize(copied.transcoded)} transcoded`, `${formatSize(copied.recompressed)} recompressed`];
  return [["copied", [`${formatSize(copied.spliced)} (${share}) spliced`, ...others].join(", ")]];
}

function resultFacts({ digest, tags, scratchBytes, milliseconds }: FlattenResult): Fact[] {
  return [
    ["digest", digest],
    ...(tags.length > 0 ? [["tags", tags.map(escapeText).join(", ")] as const] : []),
    ...(scratchBytes > 0 ? [["scratch", `${formatSize(scratchBytes)} at most`] as const] : []),
    ["took", formatDuration(milliseconds)],
  ];
}

function table(facts: readonly Fact[]): string[] {
  return formatTable([{ title: "" }, { title: "" }], facts);
}
