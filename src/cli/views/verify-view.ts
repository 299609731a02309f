import { countOf, formatSize, type VerifiedImage, type VerifyResult } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { formatDuration } from "../text/duration.ts";
import { escapeText } from "../text/escape.ts";
import { joinSections } from "../text/sections.ts";
import { type Fact, formatFacts } from "../text/table.ts";
import { wrapText } from "../text/wrap.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { differencesText } from "./differences-text.ts";

/** A comparison of two images as text: the verdict, figures of both filesystems, the differences. */
export function verifyView(result: VerifyResult, style: ViewStyle): string {
  return joinSections([
    [headline(result, style)],
    ...result.images.flatMap((image) => imageSections(image, result, style)),
    unpairedLines(result).flatMap((line) => wrapText(line, style.columns)),
    formatFacts([
      ["not compared", notCompared(result).join(", ")],
      ["took", formatDuration(result.milliseconds)],
    ]),
    diagnosticsText(result.diagnostics, style),
  ]);
}

function notCompared(result: VerifyResult): string[] {
  const { platforms = [] } = result;
  const others = platforms.length === 0 ? [] : [`platforms other than ${platforms.map(escapeText).join(", ")}`];
  return [...ignoredFields(result), "manifest", "how layers are compressed", ...others];
}

/** The config fields that were not compared; `*` means all of them. */
function ignoredFields({ ignored }: VerifyResult): readonly string[] {
  return ignored.includes("*") ? ["config"] : ignored;
}

function headline({ equal, source, flat }: VerifyResult, { paint }: ViewStyle): string {
  const verdict = equal ? paint("green", "The same:") : paint("red", "Not the same:");
  return `${verdict} ${paint("bold", escapeText(source))} and ${paint("bold", escapeText(flat))}`;
}

function imageSections(
  image: VerifiedImage,
  { images, ignored, unpaired }: VerifyResult,
  style: ViewStyle,
): string[][] {
  const { source, flat, config } = image;
  const alone = images.length + unpaired.source.length + unpaired.flat.length === 1;
  const title = alone ? [] : [style.paint("bold", escapeText(image.platform))];
  const counts = ({ entries, bytes, layers }: VerifiedImage["source"]): string =>
    `${countOf(entries, "entry", "entries")}, ${formatSize(bytes)} in ${countOf(layers, "layer", "layers")}`;
  const digests = [...new Set([source, flat].flatMap(({ fsdigest }) => fsdigest ?? []))];
  const facts: Fact[] = [
    ["source", counts(source)],
    ["flat", counts(flat)],
    ...digests.map((digest, at): Fact => [at === 0 ? "fsdigest" : "", digest]),
  ];
  const configs = ignored.includes("*")
    ? "none in a root filesystem"
    : config.length === 0
      ? "the same"
      : "not the same";
  return [[...title, ...formatFacts([...facts, ["config", configs]])], differencesText(image, style)];
}

/** Platforms that only one side has: if the comparison succeeded without them, the other side is a single image. */
function unpairedLines({ unpaired, equal }: VerifyResult): string[] {
  const sides = [
    ["source", unpaired.source],
    ["flat", unpaired.flat],
  ] as const;
  return sides.flatMap(([side, platforms]) =>
    platforms.length === 0
      ? []
      : [
          `only ${side} has ${platforms.map(escapeText).join(", ")}; not compared${equal ? ", as the other side is a single image" : ""}`,
        ],
  );
}
