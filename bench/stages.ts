/**
 * Measures the stages of the built command line on images that it makes itself, and on some of the comparison:
 * `npm run bench:stages`. `--rounds N` (3), `--only TEXT` for the cases that name it (repeatable), `--record` writes
 * STAGES.md, or with `--only` those rows of it. The images stay in `bench/out/corpus` for the next run.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Corpus } from "./corpus/corpora.ts";
import { machineText } from "./machine.ts";
import { type Cost, measure } from "./measure.ts";
import { CASES, type Case } from "./stage-cases.ts";
import { type StageImage, stageImage } from "./stage-images.ts";
import { recordText } from "./stage-record.ts";
import { type Result, rate, stageTable, typical } from "./stage-table.ts";

const OUT = join(import.meta.dirname, "out");
const RECORD = join(import.meta.dirname, "STAGES.md");
const options = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    only: { type: "string", multiple: true, default: [""] },
    record: { type: "boolean", default: false },
  },
}).values;

const [loadBefore = 0] = loadavg();
const cases = CASES.filter(({ corpus, name }) => options.only.some((text) => `${corpus} ${name}`.includes(text)));
const missing = options.only.find((text) => !cases.some(({ corpus, name }) => `${corpus} ${name}`.includes(text)));
if (missing !== undefined)
  throw new Error(`no case is called "${missing}"; they are named as in STAGES.md: "nginx flatten"`);
const corpora = await makeCorpora(cases);
const results = await runRounds(cases, corpora, Number(options.rounds));
const table = stageTable(results);
console.log(`\n${table}`);
await writeFile(join(OUT, "stages.md"), `${table}\n`);
await writeFile(join(OUT, "stages.json"), JSON.stringify(plainResults(results), undefined, 2));
if (options.record) {
  const run = {
    date: new Date().toISOString().slice(0, 10),
    args: process.argv.slice(2),
    machine: machineText(),
    loadBefore,
  };
  const part = cases.length < CASES.length;
  await writeFile(RECORD, recordText(table, run, part ? await readFile(RECORD, "utf8") : undefined));
}

async function makeCorpora(wanted: readonly Case[]): Promise<ReadonlyMap<StageImage, Corpus>> {
  const made = new Map<StageImage, Corpus>();
  for (const name of new Set(wanted.map(({ corpus }) => corpus))) {
    console.log(`image ${name}`);
    made.set(name, await stageImage(name, join(OUT, "corpus")));
  }
  return made;
}

/** Runs all cases in turn, round by round, so that a slow minute of the machine does not affect only one of them. */
async function runRounds(
  wanted: readonly Case[],
  made: ReadonlyMap<StageImage, Corpus>,
  rounds: number,
): Promise<readonly Result[]> {
  const ready = new Map<Case, string>();
  for (const each of wanted) {
    const corpus = made.get(each.corpus);
    if (corpus !== undefined && each.prepare) ready.set(each, await each.prepare(corpus, join(OUT, "corpus")));
  }
  const costs = new Map<Case, Cost[]>(wanted.map((each) => [each, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const each of wanted) {
      const corpus = made.get(each.corpus);
      if (corpus === undefined) throw new Error(`no image ${each.corpus}`);
      const cost = await runCase(each, corpus, ready.get(each) ?? "");
      costs.get(each)?.push(cost);
      console.log(
        `${round}/${rounds} ${each.corpus}, ${each.name}: ${cost.wall.toFixed(2)} s, ${cost.rss.toFixed(0)} MiB`,
      );
    }
  }
  return wanted.map((each) => ({ case: each, corpus: made.get(each.corpus) as Corpus, rounds: costs.get(each) ?? [] }));
}

async function runCase(each: Case, corpus: Corpus, ready: string): Promise<Cost> {
  const output = join(OUT, "flat");
  await rm(output, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  try {
    return await measure(each.command(corpus, output, ready));
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

function plainResults(all: readonly Result[]) {
  return {
    date: new Date().toISOString(),
    machine: machineText(),
    loadBefore,
    results: all.map((result) => ({
      image: result.case.corpus,
      what: result.case.name,
      limits: result.case.limits,
      blobBytes: result.corpus.blobBytes,
      tarBytes: result.corpus.tarBytes,
      rate: rate(result),
      typical: typical(result),
      rounds: result.rounds,
    })),
  };
}
