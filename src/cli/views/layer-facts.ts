import { countOf, type FlattenedImage, formatChange, formatSize } from "../../index.ts";
import { arrowOf, type Paint } from "../terminal.ts";
import { escapeText } from "../text/escape.ts";
import type { Fact } from "../text/table.ts";
import { stepCommand } from "./step-command.ts";

type Layer = FlattenedImage["after"]["layers"][number];

/** The number of layers before and after, and the base. */
export function layerCountFacts({ alreadyFlat, before, after, base }: FlattenedImage, paint: Paint): Fact[] {
  const { layers } = after;
  const cached = before.cachedLayers === 0 ? "" : `, ${before.cachedLayers} in the cache`;
  const count = layerCount({ alreadyFlat, before: before.layers, layers }, paint);
  return [["layers", `${count}${cached}`], ...baseFacts(base)];
}

/** Sizes before and after, how much was spliced, and the digests of the layers that were made. */
export function layerSizeFacts({ before, after: { layers } }: FlattenedImage, paint: Paint): Fact[] {
  const arrow = arrowOf(paint);
  const sum = (size: (layer: Layer) => number): number => layers.reduce((total, layer) => total + size(layer), 0);
  const change = (from: number, to: number): string =>
    `${formatSize(from)} ${arrow} ${formatSize(to)} (${formatChange(from, to)})`;
  const made = layers.filter(({ kept }) => !kept);
  const compressions = new Set(
    made.map(({ compression }) => (compression === "none" ? "not compressed" : compression)),
  );
  return [
    [
      "size",
      [
        change(
          before.size,
          sum(({ size }) => size),
        ),
        ...compressions,
      ].join(", "),
    ],
    [
      "tar",
      change(
        before.uncompressedSize,
        sum(({ uncompressedSize }) => uncompressedSize),
      ),
    ],
    ...spliceFacts(made),
    ...made.flatMap((layer) => digestFacts(layer, { layers, made })),
  ];
}

interface LayerCount {
  readonly alreadyFlat: boolean;
  readonly before: number;
  readonly layers: readonly Layer[];
}

function layerCount({ alreadyFlat, before, layers }: LayerCount, paint: Paint): string {
  const kept = layers.filter((layer) => layer.kept).length;
  if (alreadyFlat) return layers.length === 1 ? "1, already flat" : `${layers.length}, nothing to squash`;
  const of = kept === 0 ? "" : `, ${kept} of them kept`;
  return `${before} ${arrowOf(paint)} ${layers.length}${of}`;
}

const HOW: Readonly<Record<NonNullable<FlattenedImage["base"]>["how"], string>> = {
  named: "as asked for",
  layer: "up to the layer that was asked for",
  annotation: "named by the annotations",
  neighbour: "found beside the image, by its layers",
  history: "a guess from the history",
};

/** The base image whose layers are kept, and how it was found; empty without `--base`. */
export function baseFacts(base: FlattenedImage["base"]): Fact[] {
  if (base === undefined) return [];
  const name = base.how === "history" ? stepCommand(base.name) : base.name;
  return [["base", `${escapeText(name)}, ${countOf(base.layers, "layer", "layers")}: ${HOW[base.how]}`]];
}

/** How much was spliced, transcoded and recompressed; empty if nothing was spliced. */
function spliceFacts(made: readonly Layer[]): Fact[] {
  const sum = (bytes: (copied: Layer["copied"]) => number): number =>
    made.reduce((total, { copied }) => total + bytes(copied), 0);
  const spliced = sum((copied) => copied.spliced);
  if (spliced === 0) return [];
  const total = sum((copied) => Object.values(copied).reduce((all, bytes) => all + bytes, 0));
  const parts = [
    `${formatSize(spliced)} (${((spliced / total) * 100).toFixed(1)} %) spliced`,
    `${formatSize(sum(({ transcoded }) => transcoded))} transcoded`,
    `${formatSize(sum(({ recompressed }) => recompressed))} recompressed`,
  ];
  return [["copied", parts.join(", ")]];
}

interface Among {
  readonly layers: readonly Layer[];
  readonly made: readonly Layer[];
}

function digestFacts(layer: Layer, { layers, made }: Among): Fact[] {
  const { first, last, digest, diffId } = layer;
  if (layers.length === 1) {
    return [
      ["layer", digest],
      ["diffID", diffId === (digest as string) ? "the same" : diffId],
    ];
  }
  const parts = made.filter((other) => other.first === first);
  const name = first === last ? `layer ${first}` : `layers ${first}-${last}`;
  return [[parts.length === 1 ? name : `${name}, part ${parts.indexOf(layer) + 1}`, digest]];
}
