import { hierarchy, treemap, treemapSquarify } from "d3-hierarchy";
import { childrenOf, entriesOf, type FileModel } from "./file-model.ts";

/** Which bytes the areas of a treemap represent. */
export type MapMeasure = "all" | "kept" | "hidden";

/** A rectangle of the treemap, in CSS pixels. */
export interface Tile {
  readonly path: number;
  /** A directory, an entry, or all those that are too small to be drawn separately. */
  readonly kind: "directory" | "entry" | "rest";
  readonly entry: number;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly depth: number;
  readonly value: number;
  /** The layer with most of its bytes; -1 for a directory whose content is drawn. */
  readonly layer: number;
  /** How much of it is hidden, 0 to 1. */
  readonly hiddenShare: number;
}

/** What a treemap shows, and its size. */
export interface MapView {
  /** The directory that fills it. */
  readonly root: number;
  readonly measure: MapMeasure;
  readonly width: number;
  readonly height: number;
}

interface MapNode {
  readonly path: number;
  readonly kind: Tile["kind"];
  readonly entry: number;
  readonly value: number;
  readonly layer: number;
  readonly hiddenShare: number;
  readonly children?: MapNode[];
}

/** Square pixels below which a directory is drawn as one tile, and an entry not separately. */
const LEAST_DIRECTORY = 1200;
const LEAST_ENTRY = 14;
export const TITLE_HEIGHT = 18;

/**
 * Lays out a directory in a rectangle; directories come before their content. Only visible tiles are laid out, so the
 * cost depends on the number of pixels and the width of directories.
 */
export function layOut(model: FileModel, view: MapView): Tile[] {
  const total = weigh(model, view.root, view.measure);
  if (total === 0 || view.width < 1) return [];
  const scale = (view.width * view.height) / total;
  const tree = mapNode({ model, measure: view.measure, scale }, view.root);
  const root = hierarchy(tree, ({ children }) => children);
  root.each((node) => Object.assign(node, { value: node.data.value }));
  const place = treemap<MapNode>()
    .tile(treemapSquarify.ratio(1.3))
    .size([view.width, view.height])
    .paddingInner(1)
    .paddingTop(({ depth, x0, x1, y0, y1 }) =>
      depth > 0 && x1 - x0 > 40 && y1 - y0 > 34 ? TITLE_HEIGHT : depth > 0 ? 1 : 0,
    )
    .paddingRight(({ depth }) => (depth > 0 ? 1 : 0))
    .paddingLeft(({ depth }) => (depth > 0 ? 1 : 0))
    .paddingBottom(({ depth }) => (depth > 0 ? 1 : 0))
    .round(true);
  return place(root)
    .descendants()
    .filter(({ depth }) => depth > 0)
    .map(({ data: { children: _, ...node }, x0, y0, x1, y1, depth }) => ({ ...node, x0, y0, x1, y1, depth }));
}

/** Bytes of a path and its descendants, by measure. */
export function weigh({ kept, hidden }: FileModel, path: number, measure: MapMeasure): number {
  return (measure === "hidden" ? 0 : (kept[path] ?? 0)) + (measure === "kept" ? 0 : (hidden[path] ?? 0));
}

interface Pruning {
  readonly model: FileModel;
  readonly measure: MapMeasure;
  /** Square pixels per byte. */
  readonly scale: number;
}

function mapNode(pruning: Pruning, path: number): MapNode {
  const { model, measure, scale } = pruning;
  const value = weigh(model, path, measure);
  const end = model.ends[path] ?? 0;
  const whole = { path, kind: "directory", entry: -1, value } as const;
  if (value * scale < LEAST_DIRECTORY && path !== 0) return { ...whole, ...blend(pruning, path, end) };
  const children = entryNodes(pruning, path);
  let rest = 0;
  for (const child of childrenOf(model, path)) {
    const weight = weigh(model, child, measure);
    if (weight * scale < LEAST_ENTRY) rest += weight;
    else if ((model.ends[child] ?? 0) > child + 1) children.push(mapNode(pruning, child));
    else children.push(...entryNodes(pruning, child));
  }
  if (rest > 0) children.push({ path, kind: "rest", entry: -1, value: rest, ...blend(pruning, path, end) });
  children.sort((a, b) => b.value - a.value);
  return { ...whole, layer: -1, hiddenShare: 0, children };
}

/** The layer with most bytes among the entries of a range of paths, and the share that is hidden. */
function blend({ model, measure }: Pruning, path: number, end: number): Pick<MapNode, "layer" | "hiddenShare"> {
  const { layers, sizes } = model.columns;
  const sums: number[] = [];
  let hidden = 0;
  let total = 0;
  for (let entry = model.firstEntries[path] ?? 0; entry < (model.firstEntries[end] ?? 0); entry += 1) {
    const kept = model.gone[entry] === 0;
    if (measure !== "all" && kept !== (measure === "kept")) continue;
    const size = sizes[entry] ?? 0;
    const layer = layers[entry] ?? 0;
    sums[layer] = (sums[layer] ?? 0) + size;
    total += size;
    if (!kept) hidden += size;
  }
  const most = sums.reduce(
    (best, sum, layer) => (sum > (sums[best] ?? 0) ? layer : best),
    layers[model.firstEntries[path] ?? 0] ?? 0,
  );
  return { layer: most, hiddenShare: total === 0 ? 0 : hidden / total };
}

function entryNodes({ model, measure }: Pruning, path: number): MapNode[] {
  const { sizes, layers } = model.columns;
  return entriesOf(model, path)
    .filter((entry) => measure === "all" || (model.gone[entry] === 0) === (measure === "kept"))
    .map((entry) => ({
      path,
      kind: "entry" as const,
      entry,
      value: sizes[entry] ?? 0,
      layer: layers[entry] ?? 0,
      hiddenShare: model.gone[entry] ?? 0,
    }))
    .filter(({ value }) => value > 0);
}
