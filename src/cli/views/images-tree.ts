import { countOf, formatSize, type ImagesResult, type LayerNode, type ListedImage, layerTree } from "../../index.ts";
import { escapeText } from "../text/escape.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { type ImagesStyle, imageId } from "./images-view.ts";

/**
 * Layers as a tree, each image at its top layer: images on a branch share the layers below it. A run of layers without
 * fork or image is one line, with the chainID of its topmost layer; with `--no-trunc` each layer has its own line.
 */
export function imagesTree(result: ImagesResult, style: ImagesStyle): string {
  const { images, layers, size, unsharedSize } = result;
  const counts = `${countOf(images.length, "image", "images")}, ${countOf(layers, "layer", "layers")}`;
  const shared = size < unsharedSize ? `; ${formatSize(unsharedSize)} if none were shared` : "";
  const empty = images
    .filter((image) => image.layers.length === 0)
    .map((image) => ({ text: names(image, style), above: [] }));
  const branches = [...layerTree(result).map((node) => branchOf(node, style)), ...empty];
  const told = diagnosticsText(result.diagnostics, style);
  return [
    `${style.paint("bold", escapeText(result.place))}: ${counts}, ${formatSize(size)}${shared}`,
    ...draw(branches, "", style.paint.unicode ? UNICODE : ASCII),
    ...(told.length > 0 ? ["", ...told] : []),
  ].join("\n");
}

interface Branch {
  readonly text: string;
  readonly above: readonly Branch[];
}

function branchOf(node: LayerNode, style: ImagesStyle): Branch {
  const run = style.trunc ? runFrom(node) : [node];
  const top = run.at(-1) ?? node;
  const id = imageId(top.layer.chainId, style.trunc);
  const count = run.length > 1 ? `, ${countOf(run.length, "layer", "layers")}` : "";
  const ends = top.images.map((image) => names(image, style)).join(", ");
  const text = `${style.paint("dim", id)}  ${sizeOf(run)}${count}${ends === "" ? "" : `  ${ends}`}`;
  return { text, above: top.above.map((above) => branchOf(above, style)) };
}

/** The run of layers from a node up to the next fork or image. */
function runFrom(node: LayerNode): LayerNode[] {
  const run = [node];
  for (let top = node; top.images.length === 0 && top.above.length === 1; ) {
    top = top.above[0] as LayerNode;
    run.push(top);
  }
  return run;
}

function sizeOf(run: readonly LayerNode[]): string {
  const known = run.map(({ layer }) => layer.size).filter((size) => size !== undefined);
  return known.length < run.length ? "size unknown" : formatSize(known.reduce((sum, size) => sum + size, 0));
}

function names(image: ListedImage, { paint, trunc }: ImagesStyle): string {
  const shown = image.names.map(escapeText).join(", ") || `<none> ${imageId(image.id, trunc)}`;
  return paint("bold", shown);
}

interface Lines {
  readonly fork: string;
  readonly last: string;
  readonly on: string;
  readonly over: string;
}

const UNICODE: Lines = { fork: "├─ ", last: "└─ ", on: "│  ", over: "   " };
const ASCII: Lines = { fork: "|- ", last: "`- ", on: "|  ", over: "   " };

function draw(branches: readonly Branch[], indent: string, lines: Lines): string[] {
  return branches.flatMap(({ text, above }, at) => {
    const last = at === branches.length - 1;
    return [
      `${indent}${last ? lines.last : lines.fork}${text}`,
      ...draw(above, `${indent}${last ? lines.over : lines.on}`, lines),
    ];
  });
}
