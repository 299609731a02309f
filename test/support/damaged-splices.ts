import { gunzipSync } from "node:zlib";
import { sampleBytes } from "./byte-streams.ts";
import { DIALECTS } from "./deflate-dialects.ts";
import type { Chance } from "./mutated-streams.ts";
import { concatenated, gzipFile, gzipSource, type MemorySource, type Piece, spliced } from "./splice-fixture.ts";
import { noise } from "./splice-selections.ts";

/** The outcome of splicing a selection. */
export interface SpliceOutcome {
  /**
   * `noticed`: the splicer reported that the layer's bytes are not those that were scanned; `refused`: no reader
   * accepts its output.
   */
  readonly end: "right" | "noticed" | "refused";
  /** A violated guarantee, with everything needed to reproduce it. */
  readonly difference?: string;
}

const CONTENTS = [
  sampleBytes(120_000, 3),
  Buffer.concat([sampleBytes(30_000, 4), Buffer.alloc(50_000), noise(20_000), sampleBytes(40_000, 4)]),
  Buffer.alloc(90_000, "abc"),
];

/** Layers of every dialect, as a scan found them. */
export function soundSources(): readonly MemorySource[] {
  return CONTENTS.flatMap((content) => DIALECTS.map(({ gzip }) => gzipSource(gzip(Buffer.from(content)))));
}

/**
 * Splices a random selection of an intact layer, or of one whose blob was changed after the scan. Undocumented errors
 * of the splicer are rethrown.
 */
export function spliceByChance(sources: readonly MemorySource[], chance: Chance): SpliceOutcome {
  const sound = sources[chance.below(sources.length)] as MemorySource;
  const source = chance.below(3) === 0 ? sound : damaged(sound, chance);
  const pieces = selection(source, chance);
  try {
    const file = gzipFile(spliced(pieces));
    return judge(file, pieces, source === sound);
  } catch (error) {
    if (source === sound || !(error instanceof Error && error.message.includes("not those that were scanned")))
      throw error;
    return { end: "noticed" };
  }
}

function judge(file: Buffer, pieces: readonly Piece[], sound: boolean): SpliceOutcome {
  const made = inflatedBy(file);
  if (made?.equals(concatenated(pieces))) return { end: "right" };
  if (made === undefined && !sound) return { end: "refused" };
  const difference = `${made === undefined ? "zlib refuses" : "zlib makes other bytes of"} ${JSON.stringify(pieces.map(describe))}`;
  return { end: "refused", difference };
}

function inflatedBy(file: Buffer): Buffer | undefined {
  try {
    return gunzipSync(file);
  } catch {
    return undefined;
  }
}

/** The same layer, with one to four bits of its blob changed. */
function damaged(source: MemorySource, chance: Chance): MemorySource {
  if (source.deflate === undefined) return source;
  const blob = Buffer.from(source.deflate.blob);
  for (let left = 1 + chance.below(4); left > 0; left--) {
    const at = chance.below(blob.length);
    const byte = blob[at] ?? 0;
    const weight = 2 ** chance.below(8);
    blob[at] = Math.floor(byte / weight) % 2 === 1 ? byte - weight : byte + weight;
  }
  return { ...source, deflate: { ...source.deflate, blob } };
}

function selection(source: MemorySource, chance: Chance): Piece[] {
  return Array.from({ length: 1 + chance.below(5) }, (): Piece => {
    const kind = chance.below(8);
    if (kind === 0) return { zeros: chance.below(5000) };
    if (kind === 1) return { fresh: sampleBytes(chance.below(3000), 1 + chance.below(50)) };
    const start = chance.below(source.size);
    return { source, start, end: Math.min(source.size, start + chance.below(kind === 2 ? 2000 : source.size)) };
  });
}

function describe(piece: Piece): object {
  if ("source" in piece) return { start: piece.start, end: piece.end };
  return "fresh" in piece ? { fresh: piece.fresh.length } : piece;
}
