import { checkArguments } from "../check-values.ts";
import { storedAs } from "./images.ts";
import type { ImagesResult, ListedImage, ListedLayer } from "./images-result.ts";

/** A layer on top of the layers on the path to it. */
export interface LayerNode {
  readonly layer: ListedLayer;
  /** Images whose topmost layer this is. */
  readonly images: readonly ListedImage[];
  /** Layers directly on top of this one, sorted by the name of the first image that has them. */
  readonly above: readonly LayerNode[];
}

/**
 * The layers of all images as a tree: images with the same lowest layers share these nodes. Images without layers are
 * not in it.
 * @throws UsageError ARGUMENT_INVALID for anything but a result of {@link images}
 */
export function layerTree(result: Pick<ImagesResult, "images">): LayerNode[] {
  checkArguments({ result });
  return grow(result.images.filter(({ layers }) => layers.length > 0).toSorted(byName), 0);
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

/** The layer from an image for which its size is known: an engine may know it for one image and not for another. */
function known(group: readonly ListedImage[], depth: number): ListedLayer {
  const layers = group.map(({ layers: all }) => all[depth]).filter((layer) => layer !== undefined);
  const found = layers.find(({ size }) => size !== undefined) ?? layers[0];
  if (found === undefined) throw new Error("a group of images without a layer");
  return found;
}

function byName(a: ListedImage, b: ListedImage): number {
  return (a.names[0] ?? "\uffff").localeCompare(b.names[0] ?? "\uffff", "en") || a.id.localeCompare(b.id, "en");
}
