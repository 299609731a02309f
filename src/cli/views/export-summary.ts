import { countOf, type FlattenResult, formatCount, formatSize } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { formatDuration } from "../text/duration.ts";
import { escapeText } from "../text/escape.ts";
import { joinSections } from "../text/sections.ts";
import { formatFacts } from "../text/table.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { excludedFacts } from "./excluded-text.ts";

/**
 * The summary of an export: source and destination, figures, and diagnostics about what could not be kept.
 */
export function exportSummary(result: FlattenResult, configOut: string | undefined, style: ViewStyle): string {
  const { source, destination, images, milliseconds } = result;
  const bold = (text: string): string => style.paint("bold", escapeText(text));
  const isTar = /\.(tar|tgz|tar\.gz|tar\.zst)$|:-$/i.test(destination);
  const facts = images.flatMap((image) => [
    ["image", `${escapeText(image.platform)}, ${countOf(image.before.layers, "layer", "layers")}`],
    ["entries", formatCount(image.entries.kept)],
    ...excludedFacts(image),
    ...image.after.layers.flatMap((layer) => [
      ["tar", formatSize(layer.uncompressedSize)],
      ...(layer.compression === "none" ? [] : [["size", `${formatSize(layer.size)}, ${layer.compression}`]]),
      // The digest of a tar file is what sha256sum prints; for other forms only the diffID means something.
      isTar ? ["sha256", layer.digest.replace(/^sha256:/, "")] : ["diffID", layer.diffId],
    ]),
  ]);
  const config = configOut === undefined ? [] : [["config", escapeText(configOut)]];
  const diagnostics = [...result.diagnostics, ...images.flatMap((image) => image.diagnostics)];
  return joinSections([
    [`Exported ${bold(source)} to ${bold(destination)}`],
    formatFacts([...facts, ...config, ["took", formatDuration(milliseconds)]]),
    diagnosticsText(diagnostics, style),
  ]);
}
