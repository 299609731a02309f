import { DISTANCE_TABLE, DISTANCE_TABLE_BITS, LITERAL_TABLE, LITERAL_TABLE_BITS } from "../shared/memory";
import { DISTANCE_INVALID, DISTANCE_TOO_FAR, DONE, LITERAL_INVALID, NEED_INPUT } from "../shared/status";
import { BITS_BELOW, END, LINK, LITERAL, SPECIAL } from "../shared/table-entry";
import { at, end, readUpTo } from "./input";
import { OUTPUT_END } from "./memory";
import { copyMatch, floor, makeUpTo, out } from "./output";

/** Bytes from `next` on that one iteration may load: two words, the second of which begins at most 7 bytes later. */
const TURN_INPUT: isize = 16;

/**
 * Decodes symbols as long as there is input for an iteration and OUTPUT is not full. Returns DONE at the end of the
 * block; NEED_INPUT if the caller must continue on its own; else the kind of damage.
 *
 * Code: `bits` holds the last two bits that were used, then the loaded and unused ones, lowest first. So the bits that
 * select an entry are already its byte offset in the table. The literal table begins at address 0, which saves an
 * addition in each look-up, on which the next one depends. The low six bits of `held` are the number of valid bits,
 * including those two; `next` is the address of the byte with the bit after them. Bits above the valid ones are also
 * right as far as they were loaded, so loading a word over them changes none of them. Shift counts are modulo 64, so
 * `bits` can be shifted by a whole entry, and an entry can be subtracted from `held`: only its lowest byte, the number
 * of bits to consume, has an effect, since the upper bits of `held` are never used.
 *
 * After a refill `bits` has at least 54 unused bits: enough for two literals of 11 bits, a length of 20 and the look-up
 * of a distance in 8; after the next refill, for a distance of 28 and the next look-up in 11. So each look-up is placed
 * before the refill, and does not wait for it. The three lines of a refill and the three lines that take a literal are
 * repeated, because functions cannot change locals, and module variables would halve the speed.
 */
export function decodeFast(): i32 {
  const lastInput = <isize>(end >> 3) - TURN_INPUT;
  const bottom = floor;
  let next = (at >> 3) + 7;
  let to = out;
  if (<isize>next > lastInput || to >= OUTPUT_END) return NEED_INPUT;
  let bits = (load<u64>(at >> 3) >> (at & 7)) << BITS_BELOW;
  let held: u64 = 56 + BITS_BELOW - (at & 7);
  let status = NEED_INPUT;
  let entry = literalEntry(bits);
  do {
    if (entry & LITERAL) {
      bits >>= entry;
      held -= entry;
      store<u8>(to++, <u8>(entry >> 16));
      entry = literalEntry(bits);
      if (entry & LITERAL) {
        bits >>= entry;
        held -= entry;
        store<u8>(to++, <u8>(entry >> 16));
        entry = literalEntry(bits);
        if (entry & LITERAL) {
          bits >>= entry;
          held -= entry;
          store<u8>(to++, <u8>(entry >> 16));
          entry = literalEntry(bits);
          bits |= load<u64>(next) << held;
          next += <usize>(~held >> 3) & 7;
          held |= 56;
          continue;
        }
      }
    }
    if (entry & SPECIAL) {
      if (entry & LINK) {
        bits >>= entry;
        held -= entry;
        entry = linkedEntry(LITERAL_TABLE, entry, bits);
        if (entry & LITERAL) {
          bits >>= entry;
          held -= entry;
          store<u8>(to++, <u8>(entry >> 16));
          entry = literalEntry(bits);
          bits |= load<u64>(next) << held;
          next += <usize>(~held >> 3) & 7;
          held |= 56;
          continue;
        }
      }
      if (entry & SPECIAL) {
        held -= entry;
        status = entry & END ? DONE : LITERAL_INVALID;
        break;
      }
    }
    const lengthBits = wholeCode(entry, bits);
    bits >>= entry;
    held -= entry;
    const length = baseAndExtra(entry, lengthBits);
    entry = load<u32>(offsetOf(bits, DISTANCE_TABLE_BITS), DISTANCE_TABLE);
    bits |= load<u64>(next) << held;
    next += <usize>(~held >> 3) & 7;
    held |= 56;
    if (entry & SPECIAL) {
      if (entry & LINK) {
        bits >>= entry;
        held -= entry;
        entry = linkedEntry(DISTANCE_TABLE, entry, bits);
      }
      if (entry & SPECIAL) {
        status = DISTANCE_INVALID;
        break;
      }
    }
    const distanceBits = wholeCode(entry, bits);
    bits >>= entry;
    held -= entry;
    const distance = baseAndExtra(entry, distanceBits);
    const from = to - distance;
    if (from < bottom) {
      status = DISTANCE_TOO_FAR;
      break;
    }
    entry = literalEntry(bits);
    bits |= load<u64>(next) << held;
    next += <usize>(~held >> 3) & 7;
    held |= 56;
    copyMatch(to, length, distance, from);
    to += length;
    // Both terms are nonnegative as long as there is input and room.
  } while (((lastInput - <isize>next) | (<isize>OUTPUT_END - 1 - <isize>to)) >= 0);
  makeUpTo(to);
  readUpTo((next << 3) - (<usize>held & 63) + <usize>BITS_BELOW);
  return status;
}

function literalEntry(bits: u64): u64 {
  return load<u32>(offsetOf(bits, LITERAL_TABLE_BITS), LITERAL_TABLE);
}

/** The byte offset in a table of the entry that the lowest `count` unused bits select. */
function offsetOf(bits: u64, count: u32): usize {
  return <usize>bits & (((1 << count) - 1) << BITS_BELOW);
}

/** The entry of a second level that the bits after those of the first level select. */
function linkedEntry(table: usize, link: u64, bits: u64): u64 {
  return load<u32>(table + ((<usize>(link >> 16)) << BITS_BELOW) + offsetOf(bits, <u32>(link >> 8) & 15));
}

/** The bits of a symbol and all bits below them; the bits above are cleared. */
function wholeCode(entry: u64, bits: u64): u64 {
  return bits & (((1 << BITS_BELOW) << entry) - 1);
}

/** The base of an entry plus the extra bits after its code. */
function baseAndExtra(entry: u64, symbol: u64): u32 {
  return <u32>(entry >> 16) + <u32>(symbol >> (entry >> 8));
}
