/**
 * Measures the stages of the built command line on images that it makes itself: `npm run bench:stages`. `--rounds N` (3), `--only TEXT` for the cases that name it, `--record` writes STAGES.md.
 * The images stay in `bench/out/corpus` for the next run.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Corpus, type CorpusName, makeCorpus } from "./corpus/corpora.ts";
import { type Cost, measure } from "./measure.ts";
import { CASES, type Case } from "./stage-cases.ts";
import { markdownTable, type Result, rate, typical } from "./stage-table.ts";

const OUT = join(import.meta.dirname, "out");
const options = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    only: { type: "string", default: "" },
    record: { type: "boolean", default: false },
  },
}).values;

const [loadBefore = 0] = loadavg();
const cases = CASES.filter(({ corpus, name }) => `${corpus} ${name}`.includes(options.only));
const corpora = await makeCorpora(cases);
const results = await runRounds(cases, corpora, Number(options.rounds));
const table = markdownTable(results);
console.log(`\n${table}`);
await writeFile(join(OUT, "stages.md"), `${table}\n`);
await writeFile(join(OUT, "stages.json"), JSON.stringify(plainResults(results), undefined, 2));
if (options.record) await writeFile(join(import.meta.dirname, "STAGES.md"), recordText(table));

async function makeCorpora(wanted: readonly Case[]): Promise<ReadonlyMap<CorpusName, Corpus>> {
  const made = new Map<CorpusName, Corpus>();
  for (const name of new Set(wanted.map(({ corpus }) => corpus))) {
    console.log(`image ${name}`);
    made.set(name, await makeCorpus(name, join(OUT, "corpus")));
  }
  return made;
}

/** All cases in turn, round by round, so that a slow minute of the machine does not fall on one of them alone. */
async function runRounds(
  wanted: readonly Case[],
  made: ReadonlyMap<CorpusName, Corpus>,
  rounds: number,
): Promise<readonly Result[]> {
  const costs = new Map<Case, Cost[]>(wanted.map((each) => [each, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const each of wanted) {
      const corpus = made.get(each.corpus);
      if (corpus === undefined) throw new Error(`no image ${each.corpus}`);
      const cost = await runCase(each, corpus);
      costs.get(each)?.push(cost);
      console.log(
        `${round}/${rounds} ${each.corpus}, ${each.name}: ${cost.wall.toFixed(2)} s, ${cost.rss.toFixed(0)} MiB`,
      );
    }
  }
  return wanted.map((each) => ({ case: each, corpus: made.get(each.corpus) as Corpus, rounds: costs.get(each) ?? [] }));
}

async function runCase(each: Case, corpus: Corpus): Promise<Cost> {
  const output = join(OUT, "flat");
  await rm(output, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  try {
    return await measure(each.command(corpus, output));
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

function plainResults(all: readonly Result[]) {
  return {
    date: new Date().toISOString(),
    machine: machine(),
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

function machine(): string {
  return `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`;
}

function recordText(markdown: string): string {
  const command = ["npm run bench:stages --", ...process.argv.slice(2)].join(" ");
  return `# The stages

${new Date().toISOString().slice(0, 10)}, \`${command}\`, on ${machine()}.

Wall and CPU are medians of the rounds, RSS is the largest of them, from GNU time over the whole process tree. Images are made by \`bench/corpus\`:
"2 GB" has 8 layers and 100,000 entries with texts, programs and packed files; "1M entries" 5 layers; "60k files plain" 3. Output goes to an OCI layout on disk.
The load average was ${loadBefore.toFixed(1)} when the run began: above 0.5 others used the cores too, and wall times say less than CPU times.
MB/s are bytes of all layers' tars in 10⁶ a second.

${markdown}
`;
}
