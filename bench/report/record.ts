import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SUBJECTS } from "../subjects/subjects.ts";
import { boundsTable } from "./bounds.ts";
import type { ImageFacts, Results, Row } from "./row.ts";
import { imageTable, imageTables } from "./tables.ts";

const BENCH = join(import.meta.dirname, "..");
const README = join(BENCH, "..", "README.md");
const MARKERS = { begin: "<!-- written by: npm run bench -- --record -->", end: "<!-- end of the bench's table -->" };
/** The rows shown in the README. */
const SHOWN = { images: ["nginx", "python-app"], without: ["gunzip", "igzip", "hash", "deflate-1"] };

/** Reads the existing record; empty if there is none. */
export async function readRecord(): Promise<Results> {
  const file = join(BENCH, "results.json");
  if (!existsSync(file)) return { machine: "", images: [], rows: [] };
  return JSON.parse(await readFile(file, "utf8")) as Results;
}

/** Replaces rows of the same image and subject with those of a run; the others stay. In the order of the subjects. */
export function mergeResults(older: Results, newer: Results): Results {
  const same = (a: Row, b: Row): boolean => a.image === b.image && a.subject === b.subject;
  const images = new Map<string, ImageFacts>([...older.images, ...newer.images].map((image) => [image.name, image]));
  const kept = older.rows.filter((row) => !newer.rows.some((other) => same(row, other)));
  const rows = [...kept, ...newer.rows].sort((a, b) => placeOf(a) - placeOf(b));
  return { machine: newer.machine, images: [...images.values()], rows };
}

function placeOf({ subject }: Row): number {
  return SUBJECTS.findIndex(({ name }) => name === subject);
}

/** Writes results.json, RESULTS.md and the table of the README. */
export async function writeRecord(results: Results): Promise<void> {
  await writeFile(join(BENCH, "results.json"), `${JSON.stringify(results, undefined, 1)}\n`);
  await writeFile(join(BENCH, "RESULTS.md"), resultsPage(results));
  const readme = await readFile(README, "utf8");
  const [begin, end] = [readme.indexOf(MARKERS.begin), readme.indexOf(MARKERS.end)];
  if (begin < 0 || end < begin) throw new Error(`README.md has no place for the table: ${MARKERS.begin}`);
  await writeFile(
    README,
    `${readme.slice(0, begin)}${MARKERS.begin}\n\n${readmeText(results)}\n\n${readme.slice(end)}`,
  );
}

function readmeText(results: Results): string {
  const rows = results.rows.filter(({ subject }) => !SHOWN.without.includes(subject));
  const tables = results.images
    .filter(({ name }) => SHOWN.images.includes(name))
    .map((image) =>
      imageTable(
        image,
        rows.filter((row) => row.image === image.name),
      ),
    );
  return [
    ...tables,
    `${origin(results)} More images, and what each figure is: [bench/RESULTS.md](bench/RESULTS.md).`,
  ].join("\n\n");
}

function resultsPage(results: Results): string {
  return `# Results of the bench

${origin(results)}

[README.md](README.md) explains how it is measured and what each row does.

## What planish is held to

${boundsTable(results)}

## The comparison

${imageTables(results)}
`;
}

function origin({ machine, rows }: Results): string {
  const days = [...new Set(rows.map(({ measured }) => measured.slice(0, 10)))].sort();
  return `\`npm run bench -- --record\`, ${days.join(" to ")}, ${machine}.`;
}
