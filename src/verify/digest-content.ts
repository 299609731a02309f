import { createHash, hash } from "node:crypto";
import type { ByteFeed, Reading } from "./byte-feed.ts";
import { ContentSeal, SEALED_FROM } from "./content-seal.ts";
import type { SparseFile } from "./sparse-map.ts";
import { cutShort } from "./tar-fault.ts";

/** What contents are known by. */
export interface ContentRules {
  /** The key of a proof, with which large contents are sealed; none are without it. */
  readonly sealKey: Uint8Array | undefined;
  /** Whether what is sealed has a SHA-256 besides. */
  readonly hashSealed: boolean;
}

/** A SHA-256 for every content, and no seals. */
export const HASHED: ContentRules = { sealKey: undefined, hashSealed: true };

/** What a content is known by, one char a byte each. */
export interface ContentMarks {
  /** SHA-256; "" where there is a seal instead. */
  readonly content: string;
  /** See {@link ContentSeal}; "" where there is none. */
  readonly seal: string;
}

/** The body of a member. */
export interface Body {
  /** Its bytes in the tar. */
  readonly stored: number;
  readonly sparse: SparseFile | undefined;
  /** Of its header, for errors. */
  readonly offset: number;
}

/** Reads a content; holes count as the zeros that they read as. @throws ImageInvalidError TAR_INVALID */
export function* digestContent(feed: ByteFeed, body: Body, rules: ContentRules): Reading<ContentMarks> {
  const { stored, sparse, offset } = body;
  if (sparse !== undefined) return yield* digestSparse(feed, { sparse, offset }, rules);
  if (stored === 0) return EMPTY;
  const first = yield* feed.some(stored);
  // Most files lie in one chunk; for those a running hash costs more than the hashing.
  if (first.length === stored && stored < SEALED_FROM) return { content: hash("sha256", first, "binary"), seal: "" };
  const running = new RunningMarks(stored, rules);
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

function* digestSparse(feed: ByteFeed, { sparse, offset }: SparseBody, rules: ContentRules): Reading<ContentMarks> {
  const { size, regions } = sparse;
  const running = new RunningMarks(size, rules);
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

/** The marks of a content of so many bytes, holes among them, that comes in pieces. */
class RunningMarks {
  readonly #seal: ContentSeal | undefined;
  readonly #hash;

  constructor(size: number, { sealKey, hashSealed }: ContentRules) {
    this.#seal = sealKey === undefined || size < SEALED_FROM ? undefined : new ContentSeal(sealKey);
    this.#hash = this.#seal !== undefined && !hashSealed ? undefined : createHash("sha256");
  }

  update(piece: Uint8Array): void {
    this.#seal?.update(piece);
    this.#hash?.update(piece);
  }

  finish(): ContentMarks {
    return { content: this.#hash?.digest("binary") ?? "", seal: this.#seal?.finish() ?? "" };
  }
}

const ZEROS = Buffer.alloc(256 * 1024);
const EMPTY: ContentMarks = { content: hash("sha256", "", "binary"), seal: "" };
