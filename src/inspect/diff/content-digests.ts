import { createHash } from "node:crypto";
import pLimit from "p-limit";
import { countOf } from "../../amount.ts";
import type { Context } from "../../context.ts";
import { hashDigest } from "../../oci/digest.ts";
import { type StageProgress, startStage } from "../../progress/stage-progress.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import type { Source } from "../../transport/contracts.ts";
import { fileContent } from "../files/file-content.ts";
import { openForwardTar } from "../files/forward-tar.ts";
import type { ContentPlace, ScannedSide } from "./diff-side.ts";

/** Finds the digest of a content, `sha256:…`. */
export type FindDigest = (side: ScannedSide, place: ContentPlace) => string;

/**
 * Hashes contents of the layers of some sides, each once: a layer that holds any of them is read once more, as far as
 * needed and several side by side. Nothing is kept but digests.
 * @throws what reading a layer throws
 */
export async function contentDigests(
  wanted: Iterable<readonly [ScannedSide, ContentPlace]>,
  context: Context,
): Promise<FindDigest> {
  const layers = new Map<string, WantedLayer>();
  for (const [side, { layer, ordinal }] of wanted) {
    const index = indexAt(side, layer);
    const found = layers.get(index.diffId) ?? { index, from: side.from, ordinals: new Map<number, string>() };
    layers.set(index.diffId, found);
    found.ordinals.set(ordinal, "");
  }
  await hashLayers([...layers.values()], context);
  return (side, { layer, ordinal }) => layers.get(indexAt(side, layer).diffId)?.ordinals.get(ordinal) ?? "";
}

interface WantedLayer {
  readonly index: LayerIndex;
  readonly from: Source;
  /** The digest of each entry, once it is known. */
  readonly ordinals: Map<number, string>;
}

function indexAt({ layers }: ScannedSide, layer: number): LayerIndex {
  const index = layers[layer];
  if (index === undefined) throw new RangeError(`no layer ${layer}`);
  return index;
}

async function hashLayers(layers: readonly WantedLayer[], context: Context): Promise<void> {
  if (layers.length === 0) return;
  const count = layers.reduce((sum, { ordinals }) => sum + ordinals.size, 0);
  const total = layers.reduce((sum, layer) => sum + wantedBytes(layer), 0);
  const label = countOf(count, "content", "contents");
  const stage = startStage((event) => context.report(event), { stage: "scan", label, total });
  const abort = new AbortController();
  const job = { stage, signal: AbortSignal.any([context.signal, abort.signal]) };
  const schedule = pLimit(context.concurrency);
  const runs = layers.map((layer) => schedule(() => hashLayer(layer, job)));
  try {
    await Promise.all(runs);
    stage.finish();
  } catch (error) {
    abort.abort(error);
    await Promise.allSettled(runs);
    throw error;
  }
}

function wantedBytes({ index, ordinals }: WantedLayer): number {
  let bytes = 0;
  for (const ordinal of ordinals.keys()) bytes += index.entries.at(ordinal).size;
  return bytes;
}

interface HashJob {
  readonly stage: StageProgress;
  readonly signal: AbortSignal;
}

async function hashLayer({ index, from, ordinals }: WantedLayer, { stage, signal }: HashJob): Promise<void> {
  signal.throwIfAborted();
  await using tar = await openForwardTar(from, index);
  for (const ordinal of [...ordinals.keys()].sort((a, b) => a - b)) {
    const hash = createHash("sha256");
    for await (const chunk of fileContent(tar, index.entries.at(ordinal))) {
      signal.throwIfAborted();
      hash.update(chunk);
      stage.advance(chunk.length);
    }
    ordinals.set(ordinal, hashDigest(hash));
  }
  await tar.finish();
}
