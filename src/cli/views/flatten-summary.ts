import { countOf, type FlattenedImage, type FlattenResult, formatCount, formatSize } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { formatDuration } from "../text/duration.ts";
import { escapeText } from "../text/escape.ts";
import { joinSections } from "../text/sections.ts";
import { type Fact, formatFacts } from "../text/table.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { differencesText } from "./differences-text.ts";
import { excludedFacts } from "./excluded-text.ts";
import { layerCountFacts, layerSizeFacts } from "./layer-facts.ts";
import { nextCommand } from "./next-command.ts";
import { countReferrers } from "./referrers-text.ts";

/** The summary of a flatten: each image before and after, diagnostics, and the next command. */
export function flattenSummary(
  result: FlattenResult,
  style: ViewStyle,
  { next: told = true, done = "Flattened" } = {},
): string {
  const { paint } = style;
  const diagnostics = [...result.diagnostics, ...result.images.flatMap((image) => image.diagnostics)];
  const next = told ? nextCommand(result.destination, result.tags) : undefined;
  return joinSections([
    [headline(result, done, style)],
    ...factSections(result, style),
    ...differenceSections(result, style),
    diagnosticsText(diagnostics, style),
    next === undefined ? [] : [`Next: ${paint("bold", next)}`],
  ]);
}

/** One table for a single image; otherwise one per platform and one for the result. */
function factSections(result: FlattenResult, style: ViewStyle): string[][] {
  const [image, ...others] = result.images;
  const facts = (each: FlattenedImage): Fact[] => [...imageFacts(each, style), ...verifiedFacts(each, result, style)];
  if (image !== undefined && others.length === 0) return [formatFacts([...facts(image), ...resultFacts(result)])];
  const platforms = result.images.map((each) => [
    style.paint("bold", escapeText(each.platform)),
    ...formatFacts(facts(each)),
  ]);
  return [...platforms, formatFacts(resultFacts(result))];
}

function headline({ source, destination, images }: FlattenResult, done: string, { paint }: ViewStyle): string {
  const flat = images.every(({ alreadyFlat }) => alreadyFlat);
  const ends = `${paint("bold", escapeText(source))} to ${paint("bold", escapeText(destination))}`;
  const squashed = images.some(({ after }) => after.layers.some(({ kept }) => kept));
  if (done !== "Flattened") return `${done} ${ends}`;
  if (images.some(({ before, after }) => after.layers.length > Math.max(1, before.layers))) return `Split ${ends}`;
  if (squashed) return `${flat ? "Nothing to squash, copied" : "Squashed"} ${ends}`;
  return `${flat ? "Already flat, copied" : done} ${ends}`;
}

function imageFacts(image: FlattenedImage, { paint }: ViewStyle): Fact[] {
  const { entries } = image;
  const made = image.after.layers.some(({ kept }) => !kept);
  return [
    ...layerCountFacts(image, paint),
    ...(made ? [["entries", `${formatCount(entries.kept)} kept, ${formatCount(entries.hidden)} hidden`] as const] : []),
    ...excludedFacts(image),
    ...layerSizeFacts(image, paint),
  ];
}

/** What `--verify` found for one image; empty without `--verify`. */
function verifiedFacts({ before }: FlattenedImage, { verified }: FlattenResult, { paint }: ViewStyle): Fact[] {
  if (verified === undefined) return [];
  const found = verified.images.find(({ source }) => source.manifest === before.manifest);
  if (found === undefined) return [["verified", paint("red", "not there any more")]];
  if (!found.equal) return [["verified", paint("red", "NOT the same as the source")]];
  const but = found.excluded === 0 ? "" : ` but for ${countOf(found.excluded, "entry", "entries")} left out`;
  const filesOnly = verified.ignored.includes("*");
  const same = filesOnly ? `the same files as the source${but}; there is no config` : `the same as the source${but}`;
  return [["verified", paint("green", same)]];
}

function differenceSections({ verified }: FlattenResult, style: ViewStyle): string[][] {
  if (verified === undefined || verified.equal) return [];
  const platforms = verified.images.map((image) => differencesText(image, style));
  return [...platforms, ["The result stays where it was written; remove it, and please report this."]];
}

function resultFacts({ attestations = [], digest, tags, scratchBytes, milliseconds }: FlattenResult): Fact[] {
  return [
    ...(attestations.length > 0 ? [["outdated", `${countReferrers(attestations)} of the source`] as const] : []),
    ["digest", digest],
    ...(tags.length > 0 ? [["tags", tags.map(escapeText).join(", ")] as const] : []),
    ...(scratchBytes > 0 ? [["scratch", `${formatSize(scratchBytes)} at most`] as const] : []),
    ["took", formatDuration(milliseconds)],
  ];
}
