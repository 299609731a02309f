/**
 * Compares planish with floors and peers: `npm run bench`. `--rounds N` (3), `--images A,B` and `--subjects A,B` for
 * some of them (planish and the floor always run: ratios are of one run), `--record` writes results.json, RESULTS.md
 * and the table of the README, `--render` the last two of what results.json has, without measuring. Images and peers
 * are kept in $PLANISH_BENCH_CACHE.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compareOn } from "./compare.ts";
import { benchImage } from "./images/image-store.ts";
import { RECIPES } from "./images/recipes.ts";
import { machineText } from "./machine.ts";
import { boundsTable } from "./report/bounds.ts";
import { mergeResults, readRecord, writeRecord } from "./report/record.ts";
import type { ImageFacts, Results, Row } from "./report/row.ts";
import { imageTables } from "./report/tables.ts";
import { SUBJECTS } from "./subjects/subjects.ts";

const OUT = join(import.meta.dirname, "out");
const options = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    images: { type: "string", default: RECIPES.map(({ name }) => name).join(",") },
    subjects: { type: "string", default: SUBJECTS.map(({ name }) => name).join(",") },
    record: { type: "boolean", default: false },
    render: { type: "boolean", default: false },
  },
}).values;

if (options.render) await writeRecord(await readRecord());
else await compareAll();

async function compareAll(): Promise<void> {
  const recipes = pick("--images", RECIPES, options.images);
  const subjects = pick("--subjects", SUBJECTS, `planish,floor,${options.subjects}`);
  const images: ImageFacts[] = [];
  const rows: Row[] = [];
  for (const recipe of recipes) {
    const image = await benchImage(recipe);
    const { name, title, layers, blobBytes, tarBytes, even } = image;
    images.push({ name, title, layers, blobBytes, tarBytes, even });
    rows.push(...(await compareOn(image, subjects, Number(options.rounds))));
  }
  const results: Results = { machine: machineText(), images, rows };
  const text = `${imageTables(results)}\n\n${boundsTable(results)}`;
  console.log(`\n${text}`);
  await mkdir(OUT, { recursive: true });
  await writeFile(join(OUT, "comparison.md"), `${text}\n`);
  await writeFile(join(OUT, "comparison.json"), JSON.stringify(results, undefined, 2));
  if (options.record) await writeRecord(mergeResults(await readRecord(), results));
}

/** The elements of `all` named in a list; throws for an unknown name. */
function pick<T extends { readonly name: string }>(option: string, all: readonly T[], names: string): readonly T[] {
  const wanted = new Set(names.split(","));
  for (const name of wanted) {
    if (all.every((each) => each.name !== name)) {
      throw new Error(`${option}: no ${name}; there are ${all.map((each) => each.name).join(", ")}`);
    }
  }
  return all.filter(({ name }) => wanted.has(name));
}
