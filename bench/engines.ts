/**
 * Measures a flatten inside a daemon against common alternatives: `npm run bench:engines`. Needs the engines that
 * `scripts/setup-tests.sh` sets up. `--rounds N` (3), `--engines A,B`, `--record` writes ENGINES.md. The floor is
 * `docker save` to /dev/null and `docker import` of the flat tar, in the same run: the daemon's own cost of sending the
 * layers and receiving one. CPU time includes the client and the daemon with all its children; unlike wall time it
 * hardly depends on the load of the machine. Disks are synced before each step.
 */
import { createWriteStream } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { openWorkshop } from "../test/support/corpus/workshop.ts";
import { runInside } from "../test/support/engines/engine-namespace.ts";
import { engineSockets, startEngines } from "../test/support/engines/engine-set.ts";
import { runCommand } from "../test/support/engines/run-command.ts";
import { type ImageShape, layerTar } from "./corpus/layers.ts";
import { daemonUsage } from "./daemon-usage.ts";
import { benchImage } from "./images/image-store.ts";
import { nginx } from "./images/nginx.ts";
import { measure } from "./measure.ts";
import { spread, spreadText } from "./report/spread.ts";
import { markdownTable } from "./report/tables.ts";
import { PLANISH } from "./subjects/planish.ts";

const { rounds, record, engines } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    engines: { type: "string", default: "docker20,docker26,docker26Containerd" },
    record: { type: "boolean", default: false },
  },
}).values;

/** Seven layers of program-like files, some hundred MB. */
const APPLICATION: ImageShape = {
  layers: [9000, 5000, 3000, 2000, 1000, 800, 600],
  filesPerDirectory: 40,
  fileSize: (x) => Math.min(12_000_000, Math.floor(600 + 2800 * ((1 - x) ** -0.97 - 1))),
};
const ENGINES = {
  docker20: "Docker 20.10",
  docker26: "Docker 26.1",
  docker26Containerd: "Docker 26.1, containerd store",
};
const HEAD = [
  "daemon",
  "image",
  "save + import s",
  "planish s",
  "planish / floor",
  "save + import CPU s",
  "planish CPU s",
  "planish / floor",
  "create + export \\| import s (loses the config)",
  "RSS MiB",
];
type EngineKey = keyof typeof ENGINES;
const wanted = (Object.keys(ENGINES) as EngineKey[]).filter((name) => engines.split(",").includes(name));

/** Seconds that a step took, of the client and the daemon together. */
interface Spent {
  readonly wall: number;
  readonly cpu: number;
}

interface Round {
  readonly floor: Spent;
  /** `rss` of planish, in MiB. */
  readonly planish: Spent & { readonly rss: number };
  readonly exportImport: Spent;
}

interface Row {
  readonly engine: string;
  readonly image: string;
  readonly rounds: readonly Round[];
}

await using open = await startEngines(["docker20", ...wanted.filter((name) => name !== "docker20")]);
const workshop = openWorkshop(open.namespace, "bench");
const [loadBefore = 0] = loadavg();
const images = {
  [nginx.title]: `oci:${(await benchImage(nginx)).layout}:latest`,
  "an application of seven layers": `docker-archive:${await application()}`,
};
const rows: Row[] = [];
for (const engine of wanted) {
  for (const [image, source] of Object.entries(images)) rows.push(await measureImage({ engine, image, source }));
}
const table = markdownTable(HEAD, rows.map(cells));
console.log(`\n${table}`);
if (record) await writeFile(join(import.meta.dirname, "ENGINES.md"), recordText(table));

/** A Dockerfile of many ADDs, built by the oldest engine, as an archive. */
async function application(): Promise<string> {
  const context = join(workshop.folder, "application");
  const archive = `${context}.tar`;
  await mkdir(context);
  const adds = APPLICATION.layers.map((_, layer) => `ADD layer-${layer}.tar /`);
  for (const layer of APPLICATION.layers.keys()) {
    await pipeline(layerTar(APPLICATION, layer), createWriteStream(join(context, `layer-${layer}.tar`)));
  }
  await writeFile(join(context, "Dockerfile"), ["FROM scratch", ...adds, 'CMD ["/none"]', ""].join("\n"));
  await workshop.engines.docker20.buildArchive({ context, tag: "bench/application:1", archive, format: "docker" });
  await rm(context, { recursive: true });
  return archive;
}

interface Job {
  readonly engine: EngineKey;
  readonly image: string;
  readonly source: string;
}

async function measureImage({ engine, image, source }: Job): Promise<Row> {
  const host = `unix://${engineSockets(open.namespace)[engine]}`;
  const docker = (script: string): Promise<Spent> => inShell(`docker() { command docker -H ${host} "$@"; }; ${script}`);
  const flatTar = join(workshop.folder, "flat.tar");
  await runCommand([process.execPath, PLANISH, "copy", "-H", host, source, "docker-daemon:bench:1"], {
    timeoutMs: 600_000,
  });
  await docker(`docker create --name flat bench:1 && docker export flat > ${flatTar} && docker rm flat`);
  const flatten = [PLANISH, "flatten", "-H", host, "docker-daemon:bench:1", "docker-daemon:bench:flat"];
  const costs: Round[] = [];
  for (let round = 1; round <= Number(rounds); round += 1) {
    await settle();
    const floor = await docker(`docker save bench:1 > /dev/null && docker import ${flatTar} bench:imported`);
    await docker("docker rmi -f bench:imported");
    await settle();
    const planish = await withDaemon(() => measure([process.execPath, ...flatten]));
    await docker("docker rmi -f bench:flat");
    await settle();
    const exportImport = await docker(
      "docker create --name flat bench:1 && docker export flat | docker import - bench:exported && docker rm flat",
    );
    await docker("docker rmi -f bench:exported");
    costs.push({ floor, planish, exportImport });
    console.log(`${engine}, ${image}: ${JSON.stringify(costs.at(-1))}`);
  }
  await docker("docker rmi -f $(docker images -q) > /dev/null");
  return { engine: ENGINES[engine], image, rounds: costs };
}

/** Syncs the disks, so that a step does not wait for writes of the one before. */
async function settle(): Promise<void> {
  await runCommand(["sync"], { timeoutMs: 600_000 });
}

/** Runs a script in the root of the newer engines, whose client can talk to all of them. */
async function inShell(script: string): Promise<Spent> {
  return withDaemon(async () => {
    const begun = performance.now();
    const argv = ["bash", "-c", `set -e; ${script}; times`];
    const { stdout } = await runInside(workshop.namespace, "trixie", { argv, timeoutMs: 600_000 });
    const wall = (performance.now() - begun) / 1000;
    // The last four figures are user and system time of the shell, and of its children.
    const times = [...stdout.matchAll(/(\d+)m([\d.]+)s/g)].slice(-4);
    return { wall, cpu: times.reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0) };
  });
}

/** Adds the daemons' own CPU time to a client's. */
async function withDaemon<T extends Spent>(work: () => Promise<T>): Promise<T> {
  const before = await daemonUsage(workshop.namespace);
  const spent = await work();
  const after = await daemonUsage(workshop.namespace);
  return { ...spent, cpu: spent.cpu + after.cpu - before.cpu };
}

function cells({ engine, image, rounds: costs }: Row): string[] {
  const column = (of: (round: Round) => number): string => spreadText(spread(costs.map(of)));
  return [
    engine,
    image,
    column(({ floor }) => floor.wall),
    column(({ planish }) => planish.wall),
    column(({ planish, floor }) => planish.wall / floor.wall),
    column(({ floor }) => floor.cpu),
    column(({ planish }) => planish.cpu),
    column(({ planish, floor }) => planish.cpu / floor.cpu),
    column(({ exportImport }) => exportImport.wall),
    Math.max(...costs.map(({ planish }) => planish.rss)).toFixed(0),
  ];
}

function recordText(text: string): string {
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${availableParallelism()} cores, load ${loadBefore.toFixed(1)} when it began, Node ${process.versions.node}`;
  return `# Inside a daemon\n\n\`npm run bench:engines -- --rounds ${rounds} --engines ${engines} --record\`, ${day}, ${machine}. Medians, least and most of the rounds in brackets. CPU is that of client and daemon together.\n\n${text}\n`;
}
