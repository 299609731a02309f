import { countOf, formatCount, formatSize } from "../../amount.ts";
import type { Advice } from "./advice-result.ts";
import type { Evidence } from "./evidence.ts";

const MEGABYTE = 1_000_000;
/** A base of at least this share of an image is worth sharing. */
const WORTH_SHARING = 0.1;
/** A base with at least this share of an image and at least this many bytes is worth replacing. */
const LARGE_BASE = { share: 0.5, bytes: 50 * MEGABYTE };
/** Build tools with at least this share of the flat image are worth a separate build stage. */
const WORTH_A_STAGE = 0.05;

/** Do other images share the base? Then a flat image stores its bytes again. */
export function sharedBase({ image, figures, base }: Evidence): Advice {
  if (base === undefined) {
    return {
      topic: "shared-base",
      verdict: "fine",
      text: "Nothing in the history points to a base image, so probably none is shared.",
    };
  }
  const layers = figures.layers.slice(0, base.layers);
  const bytes = layers.reduce((sum, { size }) => sum + size, 0);
  const named = image.manifest.json.annotations?.["org.opencontainers.image.base.name"];
  const name = named === undefined ? "" : ` (${named})`;
  return {
    topic: "shared-base",
    verdict: bytes >= WORTH_SHARING * figures.size ? "mind" : "fine",
    text: `According to the history, ${countOf(base.layers, "layer belongs", "layers belong")} to a base image${name}, ${formatSize(bytes)} of ${formatSize(figures.size)}. If other images are built on it, these bytes are stored and pulled once for all of them; a flat image has them once more. Analyse the images together to see what that costs.`,
    bytes,
    layers: layers.map(({ number }) => number),
  };
}

/** Would a smaller base do? */
export function smallerBase({ figures, base }: Evidence): Advice {
  const count = base?.layers ?? 1;
  const bytes = figures.layers.slice(0, count).reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  const share = figures.uncompressedSize === 0 ? 0 : bytes / figures.uncompressedSize;
  const large = share >= LARGE_BASE.share && bytes >= LARGE_BASE.bytes && figures.layers.length > count;
  return {
    topic: "smaller-base",
    verdict: large ? "act" : "fine",
    text: large
      ? `${formatSize(bytes)} of ${formatSize(figures.uncompressedSize)} (${percent(share)}) come from the base: a slim, Alpine or distroless variant of it saves more than flattening can.`
      : `The lowest ${count === 1 ? "layer has" : `${formatCount(count)} layers have`} ${formatSize(bytes)} of ${formatSize(figures.uncompressedSize)} (${percent(share)}): a smaller base could save no more than that.`,
    bytes,
    layers: figures.layers.slice(0, count).map(({ number }) => number),
  };
}

/** Does the image contain what only a build needs? */
export function multiStage({ figures, buildTools }: Evidence): Advice {
  const { files, size } = buildTools;
  const worth = size >= MEGABYTE && size >= WORTH_A_STAGE * figures.flat.uncompressedSize;
  return {
    topic: "multi-stage",
    verdict: worth ? "act" : "fine",
    text: worth
      ? `${countOf(files, "file", "files")} of compilers, headers, static libraries or version control are in the image, ${formatSize(size)}: build in a separate stage and copy the result.`
      : `Compilers, headers and version control make up ${formatSize(size)}: a separate build stage would not change much.`,
    bytes: size,
  };
}

/** Are there steps that undo what earlier steps did? */
export function combineRuns({ figures, base, undone }: Evidence): Advice {
  const own = undone.filter(({ of, size }) => of >= (base?.layers ?? 0) && size >= MEGABYTE);
  const bytes = own.reduce((sum, { size }) => sum + size, 0);
  const [most] = own;
  if (most === undefined) {
    return { topic: "combine-runs", verdict: "fine", text: "No step undoes much of what an earlier one did.", bytes };
  }
  const involved = [...new Set(own.flatMap(({ of, by }) => [of, by]))].sort((a, b) => a - b);
  return {
    topic: "combine-runs",
    verdict: "act",
    text: `Steps hide ${formatSize(bytes)} that earlier steps of the same build added, layer ${most.by} alone ${formatSize(most.size)} of layer ${most.of}: one RUN for both, or a flat image, avoids this. The image has ${countOf(figures.layers.length, "layer", "layers")}.`,
    bytes,
    layers: involved,
  };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
