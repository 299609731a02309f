import { createHash, type Hash, hash } from "node:crypto";
import pLimit from "p-limit";
import { countOf } from "../../amount.ts";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { tapped } from "../../bytes/tapped.ts";
import type { Context } from "../../context.ts";
import { type StageProgress, startStage } from "../../progress/stage-progress.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import type { Entry } from "../../tar/entry.ts";
import type { Source } from "../../transport/contracts.ts";
import { fileContent } from "../files/file-content.ts";
import { openForwardTar } from "../files/forward-tar.ts";
import type { ContentPlace, ScannedSide } from "./diff-side.ts";

/** Returns the digest of a content, `sha256:…`. */
export type FindDigest = (side: ScannedSide, place: ContentPlace) => string;

/**
 * Hashes contents of layers, each once: a layer with any of them is read once more, as far as needed, several layers in
 * parallel. Only digests are kept.
 * @throws what reading a layer throws
 */
export async function contentDigests(
  wanted: Iterable<readonly [ScannedSide, ContentPlace]>,
  context: Context,
): Promise<FindDigest> {
  const layers = new Map<string, WantedLayer>();
  for (const [side, { layer, ordinal }] of wanted) {
    const index = indexAt(side, layer);
    const found = layers.get(index.diffId) ?? wantedLayer(index, side.from);
    layers.set(index.diffId, found);
    found.wanted[ordinal] = 1;
  }
  await hashLayers([...layers.values()], context);
  return (side, { layer, ordinal }) => {
    const { digests } = layers.get(indexAt(side, layer).diffId) ?? NONE;
    return `sha256:${digests.toString("hex", ordinal * DIGEST_BYTES, (ordinal + 1) * DIGEST_BYTES)}`;
  };
}

/** Digests are kept as bytes: for 100,000 contents, text would take as much memory as everything else about them. */
interface WantedLayer {
  readonly index: LayerIndex;
  readonly from: Source;
  /** 1 at the ordinals of entries whose content is hashed. */
  readonly wanted: Uint8Array;
  /** The digest of each entry, once known. */
  readonly digests: Buffer;
}

const DIGEST_BYTES = 32;
const NONE: Pick<WantedLayer, "digests"> = { digests: Buffer.alloc(0) };

function wantedLayer(index: LayerIndex, from: Source): WantedLayer {
  const { length } = index.entries;
  return { index, from, wanted: new Uint8Array(length), digests: Buffer.alloc(length * DIGEST_BYTES) };
}

function* wantedEntries({ index, wanted }: WantedLayer): Generator<Entry, void> {
  for (const [ordinal, is] of wanted.entries()) if (is === 1) yield index.entries.at(ordinal);
}

function indexAt({ layers }: ScannedSide, layer: number): LayerIndex {
  const index = layers[layer];
  if (index === undefined) throw new RangeError(`no layer ${layer}`);
  return index;
}

async function hashLayers(layers: readonly WantedLayer[], context: Context): Promise<void> {
  if (layers.length === 0) return;
  let [count, total] = [0, 0];
  for (const layer of layers) {
    for (const { size } of wantedEntries(layer)) {
      count += 1;
      total += size;
    }
  }
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

interface HashJob {
  readonly stage: StageProgress;
  readonly signal: AbortSignal;
}

async function hashLayer(layer: WantedLayer, { stage, signal }: HashJob): Promise<void> {
  signal.throwIfAborted();
  await using tar = await openForwardTar(layer.from, layer.index, { passing: true });
  for (const entry of wantedEntries(layer)) {
    const chunks = tapped(fileContent(tar, entry), ({ length }) => {
      signal.throwIfAborted();
      stage.advance(length);
    });
    layer.digests.write(await digestOf(chunks, entry.size), entry.ordinal * DIGEST_BYTES, "latin1");
  }
  await tar.finish();
}

/** The SHA-256 of a content, one character per byte. */
async function digestOf(chunks: ByteStream, size: number): Promise<string> {
  let running: Hash | undefined;
  for await (const chunk of chunks) {
    // Most files are in one chunk; for those a Hash object would cost more than the hashing.
    if (running === undefined && chunk.length === size) return hash("sha256", chunk, "binary");
    running ??= createHash("sha256");
    running.update(chunk);
  }
  return (running ?? createHash("sha256")).digest("binary");
}
