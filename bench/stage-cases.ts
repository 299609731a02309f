import type { Corpus } from "./corpus/corpora.ts";
import { flatTwin, type StageImage } from "./stage-images.ts";
import { FLOOR_PROGRAM } from "./subjects/floors.ts";
import { PLANISH } from "./subjects/planish.ts";

/** One row of the table: a command, its image, and its limits. */
export interface Case {
  readonly name: string;
  readonly corpus: StageImage;
  /** Runs once before all rounds; its result is `ready`. */
  prepare?(corpus: Corpus, root: string): Promise<string>;
  /** The output folder is emptied before each run. */
  command(corpus: Corpus, output: string, ready: string): readonly string[];
  /** The stage whose time gives the rate; by default the whole run. */
  readonly stage?: "scan";
  readonly limits?: Limits;
}

/** Upper bounds for costs, lower bounds for rates. */
export interface Limits {
  readonly rssMiB?: number;
  readonly seconds?: number;
  /** MB of tar per second. */
  readonly rate?: number;
  readonly shares?: readonly Share[];
}

/** A cost relative to that of another case of the same image, by the minimum of the rounds of each. */
export interface Share {
  /** The time from start to end, or that of the verify stage alone. */
  readonly what: "CPU" | "wall" | "verify";
  /** The name of the other case; if `what` is a stage, the name of another stage of the same case. */
  readonly of: string;
  /** Compares with only this stage of the other case, in wall time. */
  readonly stage?: string;
  /** Without it the share is only reported. */
  readonly atMost?: number;
}

/** Every prune profile. */
const PROFILES = "apt,apk,dnf,pip,npm,docs,man,locales,caches,logs,pyc";

const FLATTEN = "flatten to gzip";
/** The command that only scans. */
const SCAN = "history";
/** The allowance is noise of the clock. */
const AS_A_FLATTEN: Share = { what: "CPU", of: FLATTEN, atMost: 1.05 };
/** For comparison only: the cost of most of a proof's work by itself. */
const FLOOR_OF_PROOF = "floor of the proof: gunzip and sha256 of both images";
const PROOF: Limits = {
  rssMiB: 200,
  shares: [
    { what: "CPU", of: SCAN, atMost: 3 },
    { what: "wall", of: SCAN, atMost: 2 },
    { what: "wall", of: FLOOR_OF_PROOF },
  ],
};

export const CASES: readonly Case[] = [
  floor("gzip -d, one after another", "2 GB gzip", "gzip -dc"),
  floor("sha256sum of the tars", "2 GB plain", "sha256sum"),
  { name: FLATTEN, corpus: "2 GB gzip", command: flatten("gzip"), limits: { rssMiB: 200 } },
  { name: "flatten to zstd", corpus: "2 GB gzip", command: flatten("zstd"), limits: { rssMiB: 200 } },
  { name: "flatten to none", corpus: "2 GB gzip", command: flatten("none"), limits: { rssMiB: 200 } },
  { name: "flatten to none", corpus: "2 GB plain", command: flatten("none"), limits: { rssMiB: 200, rate: 250 } },
  {
    name: "its scan alone, on one core",
    corpus: "2 GB plain",
    command: (corpus, output) => ["taskset", "-c", "0", ...flatten("none")(corpus, output)],
    stage: "scan",
    limits: { rate: 300 },
  },
  { name: FLATTEN, corpus: "1M entries", command: flatten("gzip"), limits: { rssMiB: 700 } },
  { name: "flatten to none", corpus: "60k files plain", command: flatten("none"), limits: { seconds: 3 } },
  ...ranges("nginx"),
  ...ranges("Python app, 17 layers"),
  { name: FLATTEN, corpus: "100,000 files", command: flatten("gzip") },
  {
    name: "flatten, all of --prune and two patterns",
    corpus: "100,000 files",
    command: flatten("gzip", ["--prune", PROFILES, "--exclude", "many/7*/9*", "--exclude", "**/*.swp"]),
    limits: { shares: [AS_A_FLATTEN] },
  },
  { name: "ls -R", corpus: "100,000 files", command: look("ls", "-R"), limits: { rssMiB: 200 } },
  {
    name: "report",
    corpus: "100,000 files",
    command: (corpus, output) => look("report", "--output", output)(corpus),
    limits: { rssMiB: 200 },
  },
  ...looks("2 GB gzip"),
  floorOfProof("2 GB gzip"),
  verify("2 GB gzip", PROOF),
  flattenAndVerify("2 GB gzip"),
  { name: FLATTEN, corpus: "toolchain", command: flatten("gzip") },
  ...looks("toolchain"),
  floorOfProof("toolchain"),
  verify("toolchain", PROOF),
  flattenAndVerify("toolchain"),
  { name: SCAN, corpus: "1M entries", command: look(SCAN) },
  verify("1M entries", { rssMiB: 900 }),
];

/**
 * A squash of all layers, and of all but the lowest: squashing costs as much as flattening, and kept layers cost
 * nothing. Both allow for noise of the clock.
 */
function ranges(corpus: StageImage): readonly Case[] {
  const limits = { shares: [AS_A_FLATTEN] };
  return [
    { name: FLATTEN, corpus, command: flatten("gzip") },
    { name: "squash --layers 0-", corpus, command: flatten("gzip", ["--layers", "0-"]), limits },
    { name: "squash --layers 1-", corpus, command: flatten("gzip", ["--layers", "1-"]), limits },
  ];
}

function flatten(compression: string, more: readonly string[] = []) {
  return ({ directory }: Corpus, output: string): readonly string[] => [
    process.execPath,
    PLANISH,
    "flatten",
    `oci:${directory}`,
    `oci:${output}:flat`,
    ...["--compression", compression, "--progress", "json", "--quiet", ...more],
  ];
}

/** Commands that only read an image, as whole processes, compared with the scan stage of a flatten. */
function looks(corpus: StageImage): readonly Case[] {
  const limits: Limits = { shares: [{ what: "wall", of: FLATTEN, stage: "scan", atMost: 1.2 }] };
  return [
    { name: SCAN, corpus, command: look(SCAN), limits },
    { name: "analyze", corpus, command: look("analyze"), limits },
    { name: "explain", corpus, command: look("explain", "/"), limits },
  ];
}

function look(command: string, ...more: readonly string[]) {
  return ({ directory }: Corpus): readonly string[] => [
    process.execPath,
    PLANISH,
    command,
    `oci:${directory}`,
    ...more,
  ];
}

/**
 * The proof of a flat image, compared with a process that scans its source: the proof reads both images, and also
 * hashes all contents.
 */
function verify(corpus: StageImage, limits: Limits): Case {
  return {
    name: "verify",
    corpus,
    prepare: flatTwin,
    command: (from, _, flat) => look("verify", `oci:${flat}`)(from),
    limits,
  };
}

/**
 * Most of what any proof must do: hash and inflate the blobs of both images and hash their tars, with Node's zlib and
 * OpenSSL, in one process per image.
 */
function floorOfProof(corpus: StageImage): Case {
  const script = `
    node=$1 program=$2 flat=$(ls -S "$3"/blobs/sha256/* | head -n 1); shift 3
    "$node" "$program" inflate "$flat" > /dev/null &
    "$node" "$program" inflate "$@" > /dev/null && wait $!`;
  return {
    name: FLOOR_OF_PROOF,
    corpus,
    prepare: flatTwin,
    command: ({ blobs }, _, flat) => ["sh", "-c", script, "sh", process.execPath, FLOOR_PROGRAM, flat, ...blobs],
  };
}

/** The proof of what was just flattened, compared with the scan before it. */
function flattenAndVerify(corpus: StageImage): Case {
  const limits: Limits = { rssMiB: 200, shares: [{ what: "verify", of: "scan", atMost: 2 }] };
  return { name: "flatten --verify", corpus, command: flatten("gzip", ["--verify"]), limits };
}

/** Lower bounds for any flattener: reading and hashing, or inflating, the input. */
function floor(name: string, corpus: StageImage, command: string): Case {
  return { name, corpus, command: ({ blobs }) => ["sh", "-c", `${command} "$@" > /dev/null`, "sh", ...blobs] };
}
