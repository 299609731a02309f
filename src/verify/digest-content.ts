import { createHash, hash } from "node:crypto";
import type { ByteFeed, Reading } from "./byte-feed.ts";
import { ContentSeal, SEALED_FROM, type SealKey } from "./content-seal.ts";
import type { SparseFile } from "./sparse-map.ts";
import { cutShort } from "./tar-fault.ts";

/** The body of a member. */
export interface Body {
  /** Its bytes in the tar. */
  readonly stored: number;
  readonly sparse: SparseFile | undefined;
  /** Byte offset of its header in the tar, for errors. */
  readonly offset: number;
}

/**
 * Reads a content and returns its SHA-256, or its seal if it is large and there is a key, one char a byte. Holes count
 * as zeros.
 * @throws ImageInvalidError TAR_INVALID
 */
export function* digestContent(feed: ByteFeed, body: Body, sealKey: SealKey | undefined): Reading<string> {
  const { stored, sparse, offset } = body;
  if (sparse !== undefined) return yield* digestSparse(feed, { sparse, offset }, sealKey);
  if (stored === 0) return EMPTY;
  const first = feed.ready(stored) ?? (yield* feed.some(stored));
  // Most files are in one chunk; for those, creating a hash object costs more than the hashing.
  if (first.length === stored && stored < SEALED_FROM) return hash("sha256", first, "binary");
  const running = runningDigest(stored, sealKey);
  running.update(first);
  for (let left = stored - first.length; left > 0; ) {
    const piece = yield* feed.some(left);
    if (piece.length === 0) throw cutShort(offset);
    running.update(piece);
    left -= piece.length;
  }
  return running.finish();
}

interface SparseBody {
  readonly sparse: SparseFile;
  readonly offset: number;
}

function* digestSparse(feed: ByteFeed, { sparse, offset }: SparseBody, sealKey: SealKey | undefined): Reading<string> {
  const { size, regions } = sparse;
  const running = runningDigest(size, sealKey);
  let at = 0;
  for (const [start, length] of [...regions, [size, 0] as const]) {
    for (; at < start; at += Math.min(ZEROS.length, start - at)) running.update(ZEROS.subarray(0, start - at));
    while (at < start + length) {
      const piece = yield* feed.some(start + length - at);
      if (piece.length === 0) throw cutShort(offset);
      running.update(piece);
      at += piece.length;
    }
  }
  return running.finish();
}

/** For a content that comes in pieces; `size` includes holes. */
function runningDigest(size: number, sealKey: SealKey | undefined): RunningDigest {
  if (sealKey !== undefined && size >= SEALED_FROM) return new ContentSeal(sealKey);
  const running = createHash("sha256");
  return { update: (piece) => void running.update(piece), finish: () => running.digest("binary") };
}

type RunningDigest = Pick<ContentSeal, "update" | "finish">;

const ZEROS = Buffer.alloc(256 * 1024);
const EMPTY = hash("sha256", "", "binary");
