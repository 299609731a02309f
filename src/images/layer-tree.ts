import { storedAs } from "./images.ts";
import type { ImagesResult, ListedImage, ListedLayer } from "./images-result.ts";

/** A layer on top of those that lead to it. */
export interface LayerNode {
  readonly layer: ListedLayer;
  /** Images that end here. */
  readonly images: readonly ListedImage[];
  /** Layers that stand on this one, by the name of the first image that they lead to. */
  readonly above: readonly LayerNode[];
}

/**
 * The layers of all images as a tree: images that begin with the same layers share a trunk. Images without a layer are
 * not in it.
 */
export function layerTree({ images }: Pick<ImagesResult, "images">): LayerNode[] {
  return grow(images.filter(({ layers }) => layers.length > 0).toSorted(byName), 0);
}

function grow(images: readonly ListedImage[], depth: number): LayerNode[] {
  const groups = Map.groupBy(images, ({ layers }) => layers[depth] && storedAs(layers[depth]));
  groups.delete(undefined);
  return [...groups.values()].map((group) => ({
    layer: known(group, depth),
    images: group.filter(({ layers }) => layers.length === depth + 1),
    above: grow(group, depth + 1),
  }));
}

/** An engine may know the size of a layer from the history of one image and not of another. */
function known(group: readonly ListedImage[], depth: number): ListedLayer {
  const layers = group.map(({ layers: all }) => all[depth]).filter((layer) => layer !== undefined);
  const found = layers.find(({ size }) => size !== undefined) ?? layers[0];
  if (found === undefined) throw new Error("a group of images without a layer");
  return found;
}

function byName(a: ListedImage, b: ListedImage): number {
  return (a.names[0] ?? "\uffff").localeCompare(b.names[0] ?? "\uffff", "en") || a.id.localeCompare(b.id, "en");
}
