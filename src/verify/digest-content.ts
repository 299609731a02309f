import { createHash, hash } from "node:crypto";
import type { ByteFeed, Reading } from "./byte-feed.ts";
import type { SparseFile } from "./sparse-map.ts";
import { cutShort } from "./tar-fault.ts";

/** The body of a member. */
export interface Body {
  /** Its bytes in the tar. */
  readonly stored: number;
  readonly sparse: SparseFile | undefined;
  /** Of its header, for errors. */
  readonly offset: number;
}

/** The SHA-256 of a content, one char a byte; holes count as the zeros that they read as. @throws ImageInvalidError TAR_INVALID */
export function* digestContent(feed: ByteFeed, { stored, sparse, offset }: Body): Reading<string> {
  if (sparse !== undefined) return yield* digestSparse(feed, sparse, offset);
  if (stored === 0) return EMPTY;
  const first = yield* feed.some(stored);
  // Most files lie in one chunk; for those a running hash costs more than the hashing.
  if (first.length === stored) return hash("sha256", first, "binary");
  const running = createHash("sha256").update(first);
  for (let left = stored - first.length; left > 0; ) {
    const piece = yield* feed.some(left);
    if (piece.length === 0) throw cutShort(offset);
    running.update(piece);
    left -= piece.length;
  }
  return running.digest("binary");
}

function* digestSparse(feed: ByteFeed, { size, regions }: SparseFile, offset: number): Reading<string> {
  const running = createHash("sha256");
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
  return running.digest("binary");
}

const ZEROS = Buffer.alloc(256 * 1024);
const EMPTY = hash("sha256", "", "binary");
