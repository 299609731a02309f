/**
 * Measures a flatten from registry to registry on loopback against its parts: `npm run bench:registries`. `--rounds N`
 * (3), `--images A,B`, `--record` writes REGISTRIES.md. The bound is the time of the parts that cannot overlap:
 * max(pull, scan) + max(encode, push), since the plan comes between them. Parts are measured inside the process, the
 * whole from its start to its end.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "../test/support/engines/run-command.ts";
import { startRegistry } from "../test/support/registry/registry-server.ts";
import { type BenchImage, benchImage } from "./images/image-store.ts";
import { RECIPES } from "./images/recipes.ts";
import { readManifest } from "./judge/read-layout.ts";
import { type Cost, measure } from "./measure.ts";
import { spread, spreadText } from "./report/spread.ts";
import { markdownTable } from "./report/tables.ts";
import { PLANISH } from "./subjects/planish.ts";

const STAGE = join(import.meta.dirname, "registry-stage.ts");
const COMPRESSIONS = ["gzip", "zstd"] as const;
const TEN_MINUTES = 600_000;
const { rounds, record, images } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    images: { type: "string", default: "nginx,python-app" },
    record: { type: "boolean", default: false },
  },
}).values;

interface Round {
  readonly pull: number;
  readonly scan: number;
  readonly encode: number;
  readonly push: number;
  readonly whole: Cost;
}

const [loadBefore = 0] = loadavg();
const folder = await mkdtemp(join(tmpdir(), "planish-bench-"));
const rows: string[][] = [];
try {
  for (const name of images.split(",")) {
    const recipe = RECIPES.find((each) => each.name === name);
    if (recipe === undefined) throw new Error(`no image ${name}; there are ${RECIPES.map((each) => each.name)}`);
    const image = await benchImage(recipe);
    for (const compression of COMPRESSIONS) rows.push(await measureImage(image, compression));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
const HEAD = [
  "image",
  "to",
  "pull s",
  "scan s",
  "encode s",
  "push s",
  "bound s",
  "planish s",
  "planish / bound",
  "RSS MiB",
];
const table = markdownTable(HEAD, rows);
console.log(`\n${table}`);
if (record) await writeFile(join(import.meta.dirname, "REGISTRIES.md"), recordText(table));

async function measureImage(image: BenchImage, compression: (typeof COMPRESSIONS)[number]): Promise<string[]> {
  await using from = await startRegistry();
  const layout = `oci:${image.layout}:latest`;
  const source = `docker://${from.host}/${image.name}:1`;
  await planish("copy", layout, source);
  const flat = join(folder, `${image.name}-${compression}`);
  await planish("flatten", "--compression", compression, layout, `oci:${flat}:flat`);
  const { path: blob = "" } = (await readManifest(flat, "flat")).layers[0] ?? {};
  const all: Round[] = [];
  for (let round = 1; round <= Number(rounds); round += 1) {
    const pull = await stage("pull", source);
    const scan = await stage("scan", layout, compression);
    const encode = await stage("encode", layout, compression);
    const push = await inFreshRegistry((host) => stage("push", blob, `docker://${host}/${image.name}:flat`));
    const command = [process.execPath, PLANISH, "flatten", "--quiet", "--compression", compression, source];
    const whole = await inFreshRegistry((host) => measure([...command, `docker://${host}/${image.name}:flat`]));
    all.push({ pull, scan, encode, push, whole });
    console.log(`${image.name}, ${compression}: ${JSON.stringify(all.at(-1))}`);
  }
  await rm(flat, { recursive: true });
  return row(image, compression, all);
}

/** An empty registry. */
async function inFreshRegistry<T>(work: (host: string) => Promise<T>): Promise<T> {
  await using registry = await startRegistry();
  return await work(registry.host);
}

async function planish(...args: readonly string[]): Promise<void> {
  await runCommand([process.execPath, PLANISH, ...args], { timeoutMs: TEN_MINUTES });
}

async function stage(...args: readonly string[]): Promise<number> {
  return Number((await runCommand([process.execPath, STAGE, ...args], { timeoutMs: TEN_MINUTES })).stdout);
}

function row(image: BenchImage, compression: string, all: readonly Round[]): string[] {
  const bounds = all.map(({ pull, scan, encode, push }) => Math.max(pull, scan) + Math.max(encode, push));
  const walls = all.map(({ whole }) => whole.wall);
  const ratios = walls.map((wall, round) => wall / (bounds[round] ?? Number.NaN));
  const parts = (["pull", "scan", "encode", "push"] as const).map((part) => all.map((round) => round[part]));
  const figures = [...parts, bounds, walls, ratios].map((values) => spreadText(spread(values)));
  const rss = Math.max(...all.map(({ whole }) => whole.rss)).toFixed(0);
  const title = `${image.title}, ${(image.tarBytes / 1e6).toFixed(0)} MB of tar in ${image.layers} layers`;
  return [title, compression, ...figures, rss];
}

function recordText(text: string): string {
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), load ${loadBefore.toFixed(1)} when it began, Node ${process.versions.node}`;
  return `# From registry to registry

\`npm run bench:registries -- --rounds ${rounds} --images ${images} --record\`, ${day}, ${machine}. From Debian's docker-registry on loopback to another one. Medians of the rounds, with minimum and maximum in brackets.

The bound is max(pull, scan) + max(encode, push), each measured alone in the same round: pulling overlaps with scanning, and encoding with pushing, but the plan between them needs the indexes of all layers. The parts are timed within their processes, planish from the start of its process to its end.

${text}
`;
}
