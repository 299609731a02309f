import { BINS, KEYS, ORDER, SPARE } from "./memory";

/**
 * Near-optimal length-limited prefix codes. Format: only the lengths of words are needed, since words follow from them
 * (RFC 1951 §3.2.2). Code: symbols are sorted by frequency; optimal lengths without a limit are computed with the
 * in-place method of Moffat and Katajainen (1995); lengths above the limit are shortened, and the longest below it are
 * increased until the words fit again.
 */

/** Maximum length of any code. */
const LENGTH_LIMIT: u32 = 15;

/** Number of words of each length. */
const WORDS_OF = memory.data<u32>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/**
 * Writes a length (u8) for each of `symbols` symbols with the given counts (u32): 0 for symbols that do not occur. At
 * least two symbols get a word, so that no reader refuses the code as incomplete; for that, counts of 0 may be changed
 * to 1.
 */
export function makeLengths(counts: usize, symbols: u32, lengths: usize, limit: u32): void {
  memory.fill(lengths, 0, symbols);
  ensureTwo(counts, symbols);
  const used = sortByCount(counts, symbols);
  findDepths(used);
  countDepths(used, limit);
  fitInto(limit);
  let next: u32 = 0;
  for (let length = limit; length > 0; length--) {
    for (let words = load<u32>(WORDS_OF + length * 4); words > 0; words--) {
      store<u8>(lengths + load<u32>(ORDER + next++ * 4), <u8>length);
    }
  }
}

function ensureTwo(counts: usize, symbols: u32): void {
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    if (load<u32>(counts + symbol * 4) > 0) used++;
  }
  for (let symbol: u32 = 0; used < 2; symbol++) {
    if (load<u32>(counts + symbol * 4) > 0) continue;
    store<u32>(counts + symbol * 4, 1);
    used++;
  }
}

/**
 * Writes the symbols that occur to ORDER and their counts to KEYS, the rarest first, ties by number. Returns their
 * number.
 */
function sortByCount(counts: usize, symbols: u32): u32 {
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    if (load<u32>(counts + symbol * 4) > 0) store<u32>(SPARE + used++ * 4, symbol);
  }
  sortByByte(counts, used, 0);
  sortByByte(counts, used, 8);
  memory.copy(ORDER, SPARE, used * 4);
  for (let index: u32 = 0; index < used; index++) {
    store<u32>(KEYS + index * 4, load<u32>(counts + load<u32>(ORDER + index * 4) * 4));
  }
  return used;
}

/** One pass of a radix sort of the symbols in SPARE; a count has at most 16 bits. */
function sortByByte(counts: usize, used: u32, shift: u32): void {
  memory.fill(BINS, 0, 256 * 4);
  for (let index: u32 = 0; index < used; index++) {
    const bin = BINS + byteOf(counts, SPARE, index, shift) * 4;
    store<u32>(bin, load<u32>(bin) + 1);
  }
  let start: u32 = 0;
  for (let bin = BINS; bin < BINS + 256 * 4; bin += 4) {
    const count = load<u32>(bin);
    store<u32>(bin, start);
    start += count;
  }
  memory.copy(ORDER, SPARE, used * 4);
  for (let index: u32 = 0; index < used; index++) {
    const bin = BINS + byteOf(counts, ORDER, index, shift) * 4;
    const place = load<u32>(bin);
    store<u32>(bin, place + 1);
    store<u32>(SPARE + place * 4, load<u32>(ORDER + index * 4));
  }
}

function byteOf(counts: usize, symbols: usize, index: u32, shift: u32): u32 {
  return (load<u32>(counts + load<u32>(symbols + index * 4) * 4) >> shift) & 0xff;
}

/** Replaces the counts in KEYS by depths in the optimal tree, the deepest first. There must be at least two. */
function findDepths(used: u32): void {
  joinPairs(used);
  setKey(used - 2, 0);
  for (let node = <i32>used - 3; node >= 0; node--) setKey(node, key(key(node)) + 1);
  let free: u32 = 1;
  let inner: u32 = 0;
  let depth: u32 = 0;
  let root = <i32>used - 2;
  let next = used - 1;
  while (free > 0) {
    while (root >= 0 && key(root) === depth) {
      inner++;
      root--;
    }
    for (; free > inner; free--) setKey(next--, depth);
    free = 2 * inner;
    depth++;
    inner = 0;
  }
}

/** First half of the method: the key of each inner node becomes the index of its parent. */
function joinPairs(used: u32): void {
  setKey(0, key(0) + key(1));
  let root: u32 = 0;
  let leaf: u32 = 2;
  for (let node: u32 = 1; node < used - 1; node++) {
    let weight: u32;
    if (leaf >= used || key(root) < key(leaf)) {
      weight = key(root);
      setKey(root++, node);
    } else {
      weight = key(leaf++);
    }
    if (leaf >= used || (root < node && key(root) < key(leaf))) {
      weight += key(root);
      setKey(root++, node);
    } else {
      weight += key(leaf++);
    }
    setKey(node, weight);
  }
}

/** Counts the depths in KEYS; those above the limit count as the limit. */
function countDepths(used: u32, limit: u32): void {
  memory.fill(WORDS_OF, 0, (LENGTH_LIMIT + 1) * 4);
  for (let index: u32 = 0; index < used; index++) {
    const place = WORDS_OF + min(key(index), limit) * 4;
    store<u32>(place, load<u32>(place) + 1);
  }
}

/** Lengthens shorter words until all words fit: each step frees one word of the longest length. */
function fitInto(limit: u32): void {
  let taken: u32 = 0;
  for (let length: u32 = 1; length <= limit; length++) taken += load<u32>(WORDS_OF + length * 4) << (limit - length);
  for (; taken > 1 << limit; taken--) {
    let length = limit - 1;
    while (load<u32>(WORDS_OF + length * 4) === 0) length--;
    change(limit, -1);
    change(length, -1);
    change(length + 1, 2);
  }
}

function change(length: u32, by: i32): void {
  const place = WORDS_OF + length * 4;
  store<u32>(place, load<u32>(place) + by);
}

function key(node: u32): u32 {
  return load<u32>(KEYS + node * 4);
}

function setKey(node: u32, value: u32): void {
  store<u32>(KEYS + node * 4, value);
}
