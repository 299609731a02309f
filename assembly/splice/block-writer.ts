import { alignOutput, putBits, putBytes } from "./bit-writer";
import { makeLengths } from "./code-lengths";
import { makeWords } from "./code-words";
import { prepareHeader, writeHeader } from "./dynamic-header";
import {
  DISTANCE_COUNTS,
  DISTANCE_LENGTHS,
  DISTANCE_WORDS,
  DISTANCES,
  LITERAL_COUNTS,
  LITERAL_LENGTHS,
  LITERAL_WORDS,
  LITERALS,
  TOKENS,
} from "./memory";
import { distanceExtra, distanceSymbol, END_SYMBOL, lengthExtra, lengthSymbol } from "./symbols";
import { clearTokens, extraBits, tokenBytes, tokenCount, tokenDistance, tokenLength } from "./tokens";
import { addressOf, isKept } from "./window";

/** Maximum length in bits of the words of both codes. RFC 1951 §3.2.7 */
const WORD_LIMIT: u32 = 15;
/** Maximum number of bytes of a stored block. RFC 1951 §3.2.4 */
const MAX_STORED: u32 = 65_535;
/**
 * Maximum overhead of a stored block in bits: header, up to seven to the next whole byte, length and its complement.
 */
const STORED_HEADER_BITS: u32 = 3 + 7 + 32;

/**
 * Writes the collected tokens, which end at a position of the tar, as a dynamic, fixed or stored block, whichever is
 * smallest; never as the last block.
 */
export function writeBlock(end: u32): void {
  if (tokenCount === 0) return;
  setFixedLengths();
  const fixed: u32 = 3 + codedBits();
  makeLengths(LITERAL_COUNTS, LITERALS, LITERAL_LENGTHS, WORD_LIMIT);
  makeLengths(DISTANCE_COUNTS, DISTANCES, DISTANCE_LENGTHS, WORD_LIMIT);
  const dynamic = prepareHeader() + codedBits();
  if (isStorable(end) && STORED_HEADER_BITS + tokenBytes * 8 <= min(dynamic, fixed)) {
    storeBytes(end - tokenBytes, tokenBytes);
  } else if (dynamic < fixed) {
    writeHeader();
    writeTokens();
  } else {
    putBits(0b010, 3);
    setFixedLengths();
    writeTokens();
  }
  clearTokens();
}

/** Whether the collected tokens, which end at a position of the tar, can become a stored block. */
export function isStorable(end: u32): bool {
  return tokenBytes <= MAX_STORED && isKept(end - tokenBytes) && isKept(end);
}

/** Writes bytes of the window as stored blocks. RFC 1951 §3.2.4 */
export function storeBytes(start: u32, bytes: u32): void {
  for (let done: u32 = 0; done < bytes; ) {
    const length = min(bytes - done, MAX_STORED);
    putBits(0, 3);
    alignOutput();
    putBits(<u64>length | ((<u64>(length ^ 0xffff)) << 16), 32);
    putBytes(addressOf(start + done), length);
    done += length;
  }
}

/** Format: RFC 1951 §3.2.6. */
function setFixedLengths(): void {
  memory.fill(LITERAL_LENGTHS, 8, 144);
  memory.fill(LITERAL_LENGTHS + 144, 9, 256 - 144);
  memory.fill(LITERAL_LENGTHS + 256, 7, 280 - 256);
  memory.fill(LITERAL_LENGTHS + 280, 8, LITERALS - 280);
  memory.fill(DISTANCE_LENGTHS, 5, DISTANCES);
}

/** Bits of the collected tokens and of the end of the block, with the current code lengths. */
function codedBits(): u32 {
  let bits = extraBits;
  for (let symbol: u32 = 0; symbol < LITERALS; symbol++) {
    bits += load<u32>(LITERAL_COUNTS + symbol * 4) * load<u8>(LITERAL_LENGTHS + symbol);
  }
  for (let symbol: u32 = 0; symbol < DISTANCES; symbol++) {
    bits += load<u32>(DISTANCE_COUNTS + symbol * 4) * load<u8>(DISTANCE_LENGTHS + symbol);
  }
  return bits;
}

function writeTokens(): void {
  makeWords(LITERAL_LENGTHS, LITERALS, LITERAL_WORDS);
  makeWords(DISTANCE_LENGTHS, DISTANCES, DISTANCE_WORDS);
  for (let place = TOKENS; place < TOKENS + tokenCount * 4; place += 4) {
    const token = load<u32>(place);
    if (tokenDistance(token) === 0) putLiteral(token);
    else putMatch(tokenLength(token), tokenDistance(token));
  }
  putLiteral(END_SYMBOL);
}

function putLiteral(symbol: u32): void {
  putBits(load<u16>(LITERAL_WORDS + symbol * 2), load<u8>(LITERAL_LENGTHS + symbol));
}

/** At most 48 bits, written at once. */
function putMatch(length: u32, distance: u32): void {
  const lengthCode = lengthSymbol(length);
  const distanceCode = distanceSymbol(distance);
  let bits = <u64>load<u16>(LITERAL_WORDS + lengthCode * 2);
  let count = <u64>load<u8>(LITERAL_LENGTHS + lengthCode);
  const lengthBits = <u64>lengthExtra(lengthCode);
  bits |= (<u64>(length - 3) & (((<u64>1) << lengthBits) - 1)) << count;
  count += lengthBits;
  bits |= (<u64>load<u16>(DISTANCE_WORDS + distanceCode * 2)) << count;
  count += load<u8>(DISTANCE_LENGTHS + distanceCode);
  const distanceBits = <u64>distanceExtra(distanceCode);
  bits |= (<u64>(distance - 1) & (((<u64>1) << distanceBits) - 1)) << count;
  putBits(bits, count + distanceBits);
}
