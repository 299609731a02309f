import type { FlattenResult } from "../../index.ts";
import { formatDuration } from "../text/duration.ts";
import { escapeText } from "../text/escape.ts";
import { countOf, formatSize } from "../text/size.ts";
import { formatTable } from "../text/table.ts";
import { diagnosticsText, type ViewStyle } from "./diagnostics-text.ts";

/** What a person is told when a filesystem was exported: from where to where, how much it is, what could not be kept. */
export function exportSummary(result: FlattenResult, configOut: string | undefined, style: ViewStyle): string {
  const { source, destination, images, milliseconds } = result;
  const bold = (text: string): string => style.paint("bold", escapeText(text));
  const facts = images.flatMap(({ platform, before, entries, after: { layers } }) => [
    ["image", `${platform}, ${countOf(before.layers, "layer", "layers")}`],
    ["entries", countOf(entries.kept, "entry", "entries")],
    ...layers.flatMap((layer) => [
      ["tar", formatSize(layer.uncompressedSize)],
      ...(layer.compression === "none" ? [] : [["size", `${formatSize(layer.size)}, ${layer.compression}`]]),
      ["sha256", layer.digest.replace(/^sha256:/, "")],
    ]),
  ]);
  const config = configOut === undefined ? [] : [["config", escapeText(configOut)]];
  const diagnostics = [...result.diagnostics, ...images.flatMap((image) => image.diagnostics)];
  const sections = [
    [`Exported ${bold(source)} to ${bold(destination)}`],
    formatTable([{ title: "" }, { title: "" }], [...facts, ...config, ["took", formatDuration(milliseconds)]]),
    diagnosticsText(diagnostics, style),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}
