import { countOf, formatSize, type VerifiedImage, type VerifyResult } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { formatDuration } from "../text/duration.ts";
import { escapeText } from "../text/escape.ts";
import { joinSections } from "../text/sections.ts";
import { type Fact, formatFacts } from "../text/table.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { differencesText } from "./differences-text.ts";

/** A comparison of two images as text: the verdict, figures of both filesystems, the differences. */
export function verifyView(result: VerifyResult, style: ViewStyle): string {
  return joinSections([
    [headline(result, style)],
    ...result.images.flatMap((image) => imageSections(image, result, style)),
    unpairedLines(result),
    formatFacts([
      ["not compared", [...ignoredFields(result), "manifest", "how layers are compressed"].join(", ")],
      ["took", formatDuration(result.milliseconds)],
    ]),
    diagnosticsText(result.diagnostics, style),
  ]);
}

/** The config fields that were not compared; `*` means all of them. */
function ignoredFields({ ignored }: VerifyResult): readonly string[] {
  return ignored.includes("*") ? ["config"] : ignored;
}

function headline({ equal, source, flat }: VerifyResult, { paint }: ViewStyle): string {
  const verdict = equal ? paint("green", "The same:") : paint("red", "Not the same:");
  return `${verdict} ${paint("bold", escapeText(source))} and ${paint("bold", escapeText(flat))}`;
}

function imageSections(image: VerifiedImage, { images, ignored }: VerifyResult, style: ViewStyle): string[][] {
  const { source, flat, config } = image;
  const title = images.length > 1 ? [style.paint("bold", escapeText(image.platform))] : [];
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

function unpairedLines({ unpaired, equal }: VerifyResult): string[] {
  const sides = [
    ["source", unpaired.source],
    ["flat", unpaired.flat],
  ] as const;
  return sides.flatMap(([side, platforms]) =>
    platforms.length === 0
      ? []
      : [
          `only ${side} has ${platforms.map(escapeText).join(", ")}${equal ? "; not compared, as the other side is a single image" : ""}`,
        ],
  );
}
