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
  const size = `${layers} layers, ${megabytes(tarBytes)} MB of tar, ${megabytes(blobBytes)} MB as gzip`;
  const caption = `**${title}**: ${size}; ${loads(rows)}`;
  return `${caption}\n\n${markdownTable(
    HEAD,
    sorted.map((row) => cells(row, rows)),
  )}`;
}

/**
 * The load of the machine when the rows were started: planish's and the others, which may be from other runs.
 */
function loads(rows: readonly Row[]): string {
  const range = (of: readonly Row[]): string => {
    const [least = "", most = ""] = [Math.min, Math.max].map((pick) => pick(...of.map(({ load }) => load)).toFixed(1));
    return least === most ? least : `${least}–${most}`;
  };
  const [own, others] = [rows.filter(isPlanish), rows.filter((row) => !isPlanish(row))];
  const same = own.length === 0 || others.length === 0 || range(own) === range(others);
  if (same) return `load average ${range(rows)} when its rows began`;
  return `load average ${range(own)} when planish's rows began and ${range(others)} when the others did`;
}

function isPlanish({ role }: Row): boolean {
  return role === "planish";
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
