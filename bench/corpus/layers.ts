import { type ContentKind, contentOf } from "./content.ts";
import { createRandom, type Random } from "./random.ts";
import { type Member, tarEnd, tarHeader, tarPadding } from "./tar.ts";

/** Properties of an image of the bench. */
export interface ImageShape {
  /** Entries of each layer, bottom first. */
  readonly layers: readonly number[];
  readonly filesPerDirectory: number;
  /** Size of a file from a number 0 ≤ x < 1. */
  fileSize(x: number): number;
}

/** 2025-01-01, in seconds. */
const TIME = 1_735_689_600;

/** Percentage of files in an upper layer that replace a lower one; another percent removes one. */
const REPLACED_PERCENT = 4;

const CHUNK_BYTES = 256 * 1024;

/**
 * The tar of one layer, in chunks; deterministic. Directories and their files are sorted, as builders write them. Upper
 * layers replace and remove some files of the bottom layer; every 300th file is a hard link.
 */
export function* layerTar(shape: ImageShape, layer: number): Generator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for (const piece of layerPieces(shape, layer)) {
    held.push(piece);
    bytes += piece.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    bytes = 0;
  }
  yield Buffer.concat([...held, tarEnd()]);
}

function* layerPieces(shape: ImageShape, layer: number): Generator<Buffer> {
  const random = createRandom(1000 + layer);
  yield header({ path: "usr/", type: "directory", size: 0 });
  yield header({ path: "usr/lib/", type: "directory", size: 0 });
  for (const directory of directoriesOf(shape, layer)) {
    yield header({ path: `${directory.path}/`, type: "directory", size: 0 });
    for (const name of directory.names) yield* file(`${directory.path}/${name}`, shape, random);
  }
}

interface Directory {
  readonly path: string;
  /** Sorted by bytes. */
  readonly names: readonly string[];
}

/** The files that the layer adds, and those of the bottom layer that it changes. */
function directoriesOf(shape: ImageShape, layer: number): readonly Directory[] {
  const own = shape.layers[layer] ?? 0;
  const changes = layer === 0 ? 0 : Math.floor((own * (REPLACED_PERCENT + 1)) / 100);
  const random = createRandom(500 + layer);
  const found = new Map<string, Set<string>>();
  for (let index = 0; index < own - changes; index++) {
    add(
      found,
      directoryPath(layer, Math.floor(index / shape.filesPerDirectory)),
      fileName(index % shape.filesPerDirectory),
    );
  }
  for (let change = 0; change < changes; change++) {
    const index = random.below(shape.layers[0] ?? 1);
    const name = fileName(index % shape.filesPerDirectory);
    const prefix = change % (REPLACED_PERCENT + 1) === 0 ? ".wh." : "";
    add(found, directoryPath(0, Math.floor(index / shape.filesPerDirectory)), prefix + name);
  }
  return [...found.keys()].sort().map((path) => ({ path, names: withoutContradictions(found.get(path)) }));
}

function add(directories: Map<string, Set<string>>, path: string, name: string): void {
  const names = directories.get(path) ?? new Set();
  names.add(name);
  directories.set(path, names);
}

/** A layer never both removes and adds a file. */
function withoutContradictions(names: ReadonlySet<string> = new Set()): readonly string[] {
  return [...names].filter((name) => !names.has(`.wh.${name}`)).sort();
}

function directoryPath(layer: number, number: number): string {
  return `usr/lib/part-${layer}-${String(number).padStart(5, "0")}`;
}

function fileName(number: number): string {
  return `file-${String(number).padStart(4, "0")}.dat`;
}

function* file(path: string, shape: ImageShape, random: Random): Generator<Buffer> {
  const size = path.includes("/.wh.") ? 0 : shape.fileSize(random.unit());
  yield header({ path, type: "file", size });
  yield* contentOf(kindOf(random), size, random);
  yield tarPadding(size);
  if (random.below(300) === 0) yield header({ path: `${path}.link`, type: "link", size: 0, linkPath: path });
}

/** Roughly the kinds of content in the layers of a distribution's packages. */
function kindOf(random: Random): ContentKind {
  const x = random.unit();
  if (x < 0.45) return "text";
  return x < 0.85 ? "program" : "packed";
}

function header(member: Omit<Member, "mtime">): Buffer {
  return tarHeader({ ...member, mtime: TIME });
}
