/**
 * Measures the inflate kernel against node:zlib, in this process: `npm run bench:kernel`. `--rounds N` (7), `--record`
 * writes KERNEL.md. Both read the same gzip file in pieces of 64 KiB and verify its checksums; the kernel also maps the
 * blocks. Figures are MB of output per second of user and system time, of all threads.
 */
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createGunzip, gzipSync } from "node:zlib";
import { Inflater } from "../src/kernel/inflater.ts";
import { contentOf } from "./corpus/content.ts";
import { createRandom } from "./corpus/random.ts";
import { spread, spreadText } from "./report/spread.ts";
import { markdownTable } from "./report/tables.ts";

const CONTENT_BYTES = 48 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;
const CHUNK_SIZES = [16 * 1024, 256 * 1024, 4 * 1024 * 1024];

interface Corpus {
  readonly name: string;
  readonly size: number;
  readonly file: Buffer;
}

/** Seconds of CPU that each subject took in one round: the kernel, then node:zlib with each chunk size. */
type Round = readonly [kernel: number, ...zlib: number[]];

const options = parseArgs({
  options: { rounds: { type: "string", default: "7" }, record: { type: "boolean", default: false } },
}).values;

const [loadBefore = 0] = loadavg();
const inflater = new Inflater();
const rows: string[][] = [];
for (const corpus of corpora()) {
  await roundOf(corpus); // The compiler has done with the kernel after the first one.
  const rounds: Round[] = [];
  for (let left = Number(options.rounds); left > 0; left--) rounds.push(await roundOf(corpus));
  rows.push(cells(corpus, rounds));
  console.log(rows.at(-1)?.join("  "));
}
const table = markdownTable(
  [
    "what",
    "deflated to",
    "kernel",
    ...["16 KiB", "256 KiB", "4 MiB"].map((size) => `zlib ${size}`),
    "÷ 256 KiB",
    "÷ 4 MiB",
  ],
  rows,
);
console.log(`\n${table}`);
if (options.record) await writeFile(join(import.meta.dirname, "KERNEL.md"), recordText(table));

/**
 * Typical content of images: a program, sources, compressed data; and these alternating, like files in a layer.
 */
function* corpora(): Generator<Corpus> {
  const program = readFileSync(process.execPath).subarray(0, CONTENT_BYTES);
  const sources = textFiles(join(import.meta.dirname, "../node_modules"));
  const packed = Buffer.concat([...contentOf("packed", CONTENT_BYTES, createRandom(1))]);
  yield corpus("programs", program);
  yield corpus("sources", sources);
  yield corpus("packed files", packed);
  const turns = Array.from({ length: 48 }, (_, turn) => {
    const from = [program, sources, program, sources, packed][turn % 5] ?? program;
    return from.subarray(turn * 2 ** 20, (turn + 1) * 2 ** 20);
  });
  yield corpus("all in turns", Buffer.concat(turns));
}

function corpus(name: string, content: Buffer): Corpus {
  return { name, size: content.length, file: gzipSync(content) };
}

function textFiles(folder: string): Buffer {
  const parts: Buffer[] = [];
  let have = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(ts|js|md|json)$/.test(entry.name)) continue;
    const part = readFileSync(join(entry.parentPath, entry.name));
    parts.push(part);
    have += part.length;
    if (have >= CONTENT_BYTES) break;
  }
  return Buffer.concat(parts).subarray(0, CONTENT_BYTES);
}

async function roundOf({ file, size }: Corpus): Promise<Round> {
  const kernel = await seconds(() => inflateByKernel(file, size));
  const zlib: number[] = [];
  for (const chunkSize of CHUNK_SIZES) zlib.push(await seconds(() => inflateByZlib(file, size, chunkSize)));
  return [kernel, ...zlib];
}

async function seconds(work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function inflateByKernel(file: Buffer, size: number): void {
  let made = 0;
  inflater.reset();
  for (let at = 0; at < file.length; at += PIECE_BYTES) {
    inflater.push(file.subarray(at, at + PIECE_BYTES), (bytes) => {
      made += bytes.length;
    });
  }
  if (inflater.finish().size !== size || made !== size) throw new Error("the kernel made too much or too little");
}

async function inflateByZlib(file: Buffer, size: number, chunkSize: number): Promise<void> {
  const gunzip = createGunzip({ chunkSize });
  let made = 0;
  gunzip.on("data", (bytes: Buffer) => {
    made += bytes.length;
  });
  const ended = new Promise((resolve) => gunzip.on("end", resolve));
  for (let at = 0; at < file.length; at += PIECE_BYTES) {
    await new Promise<void>((resolve) => gunzip.write(file.subarray(at, at + PIECE_BYTES), () => resolve()));
  }
  gunzip.end();
  await ended;
  if (made !== size) throw new Error("zlib made too much or too little");
}

function cells({ name, size, file }: Corpus, rounds: readonly Round[]): string[] {
  const rate = (subject: number): string => {
    return spread(rounds.map((round) => size / 1e6 / (round[subject] ?? 0))).median.toFixed(0);
  };
  const ratio = (subject: number): string =>
    spreadText(spread(rounds.map((round) => (round[subject] ?? 0) / round[0])));
  const share = `${((100 * file.length) / size).toFixed(0)} %`;
  return [name, share, rate(0), rate(1), rate(2), rate(3), ratio(2), ratio(3)];
}

function recordText(markdown: string): string {
  const command = ["npm run bench:kernel --", ...process.argv.slice(2)].join(" ");
  return `# The inflate kernel and node:zlib

${new Date().toISOString().slice(0, 10)}, \`${command}\`, on ${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}; the load average
was ${loadBefore.toFixed(1)} when it began.

MB of output for each second of CPU, check sums included, medians of the rounds; the columns behind are ratios, taken within a round, of the kernel to node:zlib with that \`chunkSize\`.
Programs are Node itself, sources what lies in node_modules, packed files noise; all were deflated at level 6.

${markdown}
`;
}
