import { createRandom, type Random } from "./random.ts";

/**
 * Kinds of file content by how they compress: sources and scripts, programs and libraries, compressed data.
 */
export type ContentKind = "text" | "program" | "packed";

const POOL_BYTES = 16 * 1024 * 1024;

/** Deflate looks back only 32 KiB, so slices of a larger pool compress like new content. */
const pools = new Map<ContentKind, Buffer>();

const MAKERS: Readonly<Record<ContentKind, (pool: Buffer) => void>> = {
  text: fillWithText,
  program: fillWithInstructions,
  packed: fillWithNoise,
};

/** Yields `size` bytes of a kind, in chunks. */
export function* contentOf(kind: ContentKind, size: number, random: Random): Generator<Buffer> {
  const pool = poolOf(kind);
  for (let left = size; left > 0; ) {
    const at = random.below(POOL_BYTES - 1);
    const piece = pool.subarray(at, at + Math.min(left, 1024 * 1024));
    left -= piece.length;
    yield piece;
  }
}

function poolOf(kind: ContentKind): Buffer {
  const made = pools.get(kind);
  if (made !== undefined) return made;
  const pool = Buffer.alloc(POOL_BYTES);
  MAKERS[kind](pool);
  pools.set(kind, pool);
  return pool;
}

/** Lines of words, the frequent ones far more often than the rare ones. */
function fillWithText(pool: Buffer): void {
  const random = createRandom(1);
  const words = Array.from({ length: 6000 }, () => word(random));
  for (let at = 0; at < pool.length; ) {
    const chosen = words[Math.floor(words.length * random.unit() ** 3)] ?? "";
    at += Math.max(1, pool.write(chosen + (random.below(9) === 0 ? ";\n    " : " "), at, "latin1"));
  }
}

function word(random: Random): string {
  return Array.from({ length: 2 + random.below(9) }, () => String.fromCharCode(97 + random.below(26))).join("");
}

/** Short byte patterns with operands between them, and tables of small numbers, as in machine code. */
function fillWithInstructions(pool: Buffer): void {
  const random = createRandom(2);
  const patterns = Array.from({ length: 3000 }, () =>
    Buffer.from(Array.from({ length: 2 + random.below(5) }, () => random.below(256))),
  );
  for (let at = 0; at < pool.length; ) {
    const pattern = patterns[Math.floor(patterns.length * random.unit() ** 4)] ?? Buffer.alloc(1);
    at += pattern.copy(pool, at);
    if (random.below(3) > 0 && at + 4 <= pool.length) at = pool.writeUInt32LE(random.below(4096), at);
  }
}

function fillWithNoise(pool: Buffer): void {
  const random = createRandom(3);
  for (let at = 0; at < pool.length; at += 2) pool.writeUInt16LE(random.below(65_536), at);
}
