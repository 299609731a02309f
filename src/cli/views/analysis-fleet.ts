import { type AnalysisResult, type FleetBytes, type FleetImage, formatChange, formatSize } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { escapeText } from "../text/escape.ts";
import { fittedTable } from "../text/fitted-table.ts";
import { formatTable } from "../text/table.ts";

/** Total sizes of several images, and the recommended action for each. */
export function fleetLines({ fleet }: AnalysisResult, style: ViewStyle): string[] {
  const { paint } = style;
  if (fleet === undefined) return [];
  const { now, advised, allFlat, images } = fleet;
  const totals = formatTable(
    [{ title: "" }, { title: "" }, { title: "" }],
    [
      ["  now", `${formatSize(now.storage)} on disk`, `${formatSize(now.pull)} to pull`],
      ["  as advised", ...changes(now, advised)],
      ["  all flat", ...changes(now, allFlat)],
    ],
  );
  const rows = images
    .toSorted(mostSavedFirst)
    .map((image) => [
      `  ${image.action}`,
      signed(image.saves.storage),
      formatSize(image.own.storage),
      String(image.sharedLayers),
      `${escapeText(image.source)} ${escapeText(image.platform)}`,
    ]);
  const titles = [
    { title: "  ADVICE" },
    { title: "SAVES", align: "right" },
    { title: "ITS OWN", align: "right" },
    { title: "SHARED LAYERS", align: "right" },
    { title: "IMAGE" },
  ] as const;
  const [head = "", ...lines] = fittedTable(titles, rows, style);
  return [paint("bold", "All images together, by size alone:"), ...totals, "", paint("dim", head), ...lines];
}

/** Those to be left are last: of thousands of images, one looks for what to do. */
function mostSavedFirst(a: FleetImage, b: FleetImage): number {
  return Number(a.action === "leave") - Number(b.action === "leave") || b.saves.storage - a.saves.storage;
}

function changes(now: FleetBytes, then: FleetBytes): [string, string] {
  return [
    `${formatSize(then.storage)} (${formatChange(now.storage, then.storage)})`,
    `${formatSize(then.pull)} (${formatChange(now.pull, then.pull)})`,
  ];
}

function signed(bytes: number): string {
  return bytes < 0 ? `-${formatSize(-bytes)}` : bytes === 0 ? "" : formatSize(bytes);
}
