import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ImageShape, layerTar } from "./layers.ts";
import { type LayoutOptions, writeLayout } from "./layout.ts";

/** An image of the bench, as an OCI layout on disk. */
export interface Corpus {
  readonly directory: string;
  /** Its layers' files, bottom first. */
  readonly blobs: readonly string[];
  /** Bytes of all layers as stored. */
  readonly blobBytes: number;
  /** Bytes of all layers' tars. */
  readonly tarBytes: number;
}

export type CorpusName = "2 GB gzip" | "2 GB plain" | "1M entries" | "60k files plain";

/** Part of the cache's name: increase it when anything that makes a corpus changes. */
const VERSION = 1;

/**
 * Many small files and few large ones: half are below 3.5 KiB, one in a hundred is above 240 KiB, a few are of 12 MB.
 */
const MIXED: ImageShape = {
  layers: [38_000, 19_000, 11_000, 9000, 7000, 5000, 4000, 2000],
  filesPerDirectory: 40,
  fileSize: (x) => Math.min(12_000_000, Math.floor(600 + 2800 * ((1 - x) ** -0.97 - 1))),
};

const TINY: ImageShape = {
  layers: [600_000, 200_000, 100_000, 60_000, 40_000],
  filesPerDirectory: 100,
  fileSize: (x) => (x < 0.5 ? 0 : Math.floor((x - 0.5) * 900)),
};

const SMALL: ImageShape = {
  layers: [30_000, 20_000, 10_000],
  filesPerDirectory: 30,
  fileSize: (x) => Math.floor(100 + 8000 * x * x),
};

const RECIPES: Readonly<Record<CorpusName, { readonly shape: ImageShape; readonly layout: LayoutOptions }>> = {
  "2 GB gzip": { shape: MIXED, layout: { compression: "gzip", level: 6 } },
  "2 GB plain": { shape: MIXED, layout: { compression: "none" } },
  "1M entries": { shape: TINY, layout: { compression: "gzip", level: 1 } },
  "60k files plain": { shape: SMALL, layout: { compression: "none" } },
};

/** Makes a corpus below `root`, unless an earlier run has made it. */
export async function makeCorpus(name: CorpusName, root: string): Promise<Corpus> {
  const directory = join(root, `${name.toLowerCase().replaceAll(" ", "-")}-v${VERSION}`);
  if (!existsSync(directory)) {
    const { shape, layout } = RECIPES[name];
    const draft = `${directory}.draft`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    const layers = shape.layers.map((_, layer) => layerTar(shape, layer));
    const tarBytes = await writeLayout(draft, layers, layout);
    await writeFile(`${directory}.json`, JSON.stringify({ tarBytes }));
    await rename(draft, directory);
  }
  return describeCorpus(directory);
}

async function describeCorpus(directory: string): Promise<Corpus> {
  const blobPath = (digest: string): string => join(directory, "blobs", "sha256", digest.slice("sha256:".length));
  const index = await readJson<{ manifests: [{ digest: string }] }>(join(directory, "index.json"));
  const manifest = await readJson<{ layers: { digest: string }[] }>(blobPath(index.manifests[0].digest));
  const { tarBytes } = await readJson<{ tarBytes: number }>(`${directory}.json`);
  const blobs = manifest.layers.map(({ digest }) => blobPath(digest));
  const sizes = await Promise.all(blobs.map(async (path) => (await stat(path)).size));
  return { directory, blobs, tarBytes, blobBytes: sizes.reduce((total, size) => total + size, 0) };
}

async function readJson<Shape>(path: string): Promise<Shape> {
  return JSON.parse(await readFile(path, "utf8")) as Shape;
}
