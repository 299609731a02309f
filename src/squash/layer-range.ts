import { countOf } from "../amount.ts";
import { UsageError } from "../errors.ts";
import { describeLayers } from "../image/describe-layers.ts";
import type { ImageLayer } from "../image/image.ts";
import type { DiffId } from "../oci/digest.ts";
import { type SteppedImage, steppedLayers } from "./stepped-layers.ts";

/** Adjacent layers, both ends inclusive; 0 = bottom. */
export interface LayerRange {
  readonly first: number;
  readonly last: number;
}

/** The part of an image that ranges may refer to. */
export interface RangedImage extends SteppedImage {
  readonly layers: readonly NamedLayer[];
}

/** The names of a layer. */
export interface NamedLayer extends Pick<ImageLayer, "diffId"> {
  readonly descriptor: { readonly digest: string };
}

/**
 * Refuses ranges that {@link layerRanges} would refuse, for an image of which only the diffIDs are known: an engine
 * would have to save it first, which takes minutes if it is large. Ranges that name entries of the history are not
 * checked.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkRanges(texts: readonly string[], diffIds: readonly DiffId[]): void {
  const parts = partsOf(texts).filter((text) => !text.includes(STEP));
  rangesOf(parts, { layers: savedLayers(diffIds) });
}

/**
 * The layers of an image whose diffIDs an engine lists: it saves layers uncompressed, so digest and diffID are the
 * same.
 */
export function savedLayers(diffIds: readonly DiffId[]): NamedLayer[] {
  return diffIds.map((diffId) => ({ diffId, descriptor: { digest: diffId } }));
}

/**
 * The layers of an image that texts such as `2-5`, `3-`, `-4`, `7`, `first:3`, `last:3` name, several joined by commas,
 * from the bottom up.
 * @throws UsageError ARGUMENT_INVALID for anything but ranges of layers that the image has, and for ranges that overlap
 */
export function layerRanges(texts: readonly string[], image: RangedImage): LayerRange[] {
  return rangesOf(partsOf(texts), image);
}

/** Prefix of the number of a history entry. */
const STEP = "history:";

function partsOf(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split(",")).map((text) => text.trim());
}

function rangesOf(parts: readonly string[], image: RangedImage): LayerRange[] {
  const ranges = parts.map((text) => ({ text, ...layerRange(text, image) })).sort((a, b) => a.first - b.first);
  for (const [at, { first, text }] of ranges.entries()) {
    const before = ranges[at - 1];
    if (before === undefined || before.last < first) continue;
    throw new UsageError("ARGUMENT_INVALID", `--layers: ${before.text} and ${text} have layers in common`);
  }
  return ranges.map(({ first, last }) => ({ first, last }));
}

function layerRange(text: string, image: RangedImage): LayerRange {
  const count = image.layers.length;
  const counted = /^(first|last):(\d+)$/.exec(text);
  const ends = /^([^-]*)(-?)([^-]*)$/.exec(text);
  if (counted !== null) {
    const wanted = Math.min(Number(counted[2]), count);
    const range = counted[1] === "first" ? { first: 0, last: wanted - 1 } : { first: count - wanted, last: count - 1 };
    return checked(range, text, image);
  }
  const [, from = "", dash = "", to = ""] = ends ?? [];
  if (ends === null || (from === "" && to === "")) throw invalid(text, "is not a range of layers", image);
  const first = from === "" ? 0 : layerNumber(from, image, "first");
  const last = dash === "" ? layerNumber(from, image, "last") : to === "" ? count - 1 : layerNumber(to, image, "last");
  return checked({ first, last }, text, image);
}

function checked(range: LayerRange, text: string, image: RangedImage): LayerRange {
  const { first, last } = range;
  if (first > last) throw invalid(text, "holds no layer", image);
  if (last >= image.layers.length) throw invalid(text, "goes beyond its layers", image);
  return range;
}

/** A longer number may be the beginning of a digest. */
const MAX_NUMBER_DIGITS = 4;
/** A digest, with or without its algorithm, or its first seven digits or more. */
export const DIGEST_START = /^(?:sha(?:256|512):)?[0-9a-f]{7,128}$/;

/** The layer that one end of a range names. */
function layerNumber(text: string, image: RangedImage, end: "first" | "last"): number {
  const step = text.startsWith(STEP) ? text.slice(STEP.length) : "";
  if (/^\d+$/.test(step)) return layerOfStep(Number(step), image, end);
  if (/^\d+$/.test(text) && text.length <= MAX_NUMBER_DIGITS) return Number(text);
  if (!DIGEST_START.test(text)) throw invalid(text, "is no layer", image);
  const found = layersNamed(text, image);
  const [layer] = found;
  if (layer === undefined) throw invalid(text, "is not the digest or diffID of any of its layers", image);
  if (found.length > 1) throw invalid(text, `is ambiguous: it means layers ${found.join(", ")}`, image);
  return layer;
}

/** The layers whose digest or diffID begins with a text. */
export function layersNamed(text: string, { layers }: { readonly layers: readonly NamedLayer[] }): number[] {
  return [...layers.entries()].flatMap(([number, { descriptor, diffId }]) =>
    beginsDigest(descriptor.digest, text) || beginsDigest(diffId, text) ? [number] : [],
  );
}

/** Whether a text is the beginning of a digest, with or without its algorithm. */
export function beginsDigest(digest: string, text: string): boolean {
  return digest.startsWith(text) || digest.slice(digest.indexOf(":") + 1).startsWith(text);
}

/**
 * The layer that a history entry made. One that made none stands for the next layer above it at the start of a range,
 * and for the next below it at the end.
 */
function layerOfStep(step: number, image: RangedImage, end: "first" | "last"): number {
  const steps = steppedLayers(image);
  if (step >= steps.length)
    throw invalid(`${STEP}${step}`, `is beyond its history of ${countOf(steps.length, "entry", "entries")}`, image);
  const candidates = end === "first" ? steps.slice(step) : steps.slice(0, step + 1).reverse();
  const layer = candidates.find((number) => number !== undefined);
  if (layer === undefined) throw invalid(`${STEP}${step}`, "made no layer, nor did any step beyond it", image);
  return layer;
}

function invalid(text: string, what: string, { layers }: RangedImage): UsageError {
  const has = `the image has ${describeLayers(layers.length)}`;
  return new UsageError("ARGUMENT_INVALID", `--layers: ${JSON.stringify(text)} ${what}; ${has}`, {
    details: { hint: "planish history lists the layers with their numbers" },
  });
}
