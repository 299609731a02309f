/**
 * Words of a code. Format: those of one length are consecutive numbers in the order of the symbols, shorter ones first
 * (RFC 1951 §3.2.2), and are written from their highest bit on.
 */

/** The next word of each length. */
const NEXT = memory.data<u32>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/** Writes the word (u16) of each symbol, reversed, so that it can be written lowest bit first. */
export function makeWords(lengths: usize, symbols: u32, words: usize): void {
  findFirstWords(lengths, symbols);
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = <u32>load<u8>(lengths + symbol);
    if (length === 0) continue;
    const next = NEXT + length * 4;
    const word = load<u32>(next);
    store<u32>(next, word + 1);
    store<u16>(words + symbol * 2, <u16>reversed(word, length));
  }
}

/** The word of one symbol, reversed. */
export function wordOf(lengths: usize, symbols: u32, symbol: u32): u32 {
  findFirstWords(lengths, symbols);
  const length = load<u8>(lengths + symbol);
  let word = load<u32>(NEXT + <u32>length * 4);
  for (let lower: u32 = 0; lower < symbol; lower++) {
    if (load<u8>(lengths + lower) === length) word++;
  }
  return reversed(word, length);
}

function findFirstWords(lengths: usize, symbols: u32): void {
  memory.fill(NEXT, 0, 16 * 4);
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const place = NEXT + <u32>load<u8>(lengths + symbol) * 4;
    store<u32>(place, load<u32>(place) + 1);
  }
  let word: u32 = 0;
  let count: u32 = 0;
  for (let length: u32 = 1; length <= 15; length++) {
    word = (word + count) << 1;
    count = load<u32>(NEXT + length * 4);
    store<u32>(NEXT + length * 4, word);
  }
}

/** The lowest `length` bits of a word in the opposite order. */
function reversed(word: u32, length: u32): u32 {
  let bits = word;
  let result: u32 = 0;
  for (let left = length; left > 0; left--) {
    result = (result << 1) | (bits & 1);
    bits >>= 1;
  }
  return result;
}
