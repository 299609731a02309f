import { type ImageFacts, type Results, type Row, toPlanish, typical } from "./row.ts";
import { spreadText } from "./spread.ts";

const HEAD = [
  "what",
  "wall s",
  "CPU s",
  "CPU ÷ floor",
  "CPU ÷ planish",
  "RSS MiB",
  "disk MB",
  "output MB",
  "right",
  "config kept",
];

/** A heading and a table for each image. */
export function imageTables({ images, rows }: Results): string {
  return images
    .map((image) =>
      imageTable(
        image,
        rows.filter((row) => row.image === image.name),
      ),
    )
    .join("\n\n");
}

/** One image's table, planish first. */
export function imageTable(image: ImageFacts, rows: readonly Row[]): string {
  const order: readonly Row["role"][] = ["planish", "floor", "peer"];
  const sorted = [...rows].sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
  const { title, layers, blobBytes, tarBytes } = image;
  const caption = `**${title}**: ${layers} layers, ${megabytes(tarBytes)} MB of tar, ${megabytes(blobBytes)} MB as gzip`;
  return `${caption}\n\n${markdownTable(
    HEAD,
    sorted.map((row) => cells(row, rows)),
  )}`;
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((line) => `| ${line.join(" | ")} |`).join("\n");
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}

function cells(row: Row, rows: readonly Row[]): readonly string[] {
  if (row.missing !== undefined) return [row.title, `not measured: ${row.missing}`, ...HEAD.slice(2).map(() => "")];
  const { wall, cpu, rss, disk } = typical(row);
  const times = toPlanish(row, rows);
  const bytes = row.verdict?.bytes ?? row.bytes;
  return [
    row.title,
    wall.toFixed(2),
    cpu.toFixed(2),
    row.toFloor === undefined ? "" : spreadText(row.toFloor),
    times === undefined ? "" : spreadText(times, 1),
    rss.toFixed(0),
    disk === 0 ? "" : megabytes(disk),
    bytes === undefined ? "" : megabytes(bytes),
    row.verdict === undefined ? "" : rightText(row.verdict.wrongNames),
    row.verdict === undefined ? "" : configText(row.verdict.lostSettings),
  ];
}

function rightText(wrongNames: number): string {
  return wrongNames === 0 ? "yes" : `**no**: ${wrongNames} names differ`;
}

function configText(lost: readonly string[]): string {
  return lost.length === 0 ? "yes" : `**no**: ${lost.join(", ")}`;
}
