import { DISTANCE_TABLE, DISTANCE_TABLE_BITS, LITERAL_TABLE, LITERAL_TABLE_BITS } from "../shared/memory";
import { DISTANCE_INVALID, DISTANCE_TOO_FAR, DONE, LITERAL_INVALID, NEED_INPUT } from "../shared/status";
import { END, LINK, LITERAL, SPECIAL } from "../shared/table-entry";
import { at, end, readUpTo } from "./input";
import { OUTPUT_END } from "./memory";
import { copyMatch, floor, makeUpTo, out } from "./output";

/** Bytes behind `next` that one turn of the loop may load: two words, of which the second begins at most 7 bytes later. */
const TURN_INPUT: isize = 16;

/**
 * Decodes symbols as long as there is input for a turn of the loop and OUTPUT is not full. DONE at the end of the block, NEED_INPUT where someone more careful must go on,
 * else damage.
 *
 * Code: `bits` holds what was loaded and not used, lowest first; the low six bits of `held` say how many of them count, and `next` is where the bit after those is found. Bits
 * above those are the right ones too as far as they were loaded, so that loading a word over them changes none. Shifts count modulo 64, so entries are shifted by and subtracted
 * as they are: their lowest byte is what to consume, and what that leaves in the upper bits of `held` is never looked at.
 *
 * Refilled, `bits` has 56 bits at least, which last for two literals of 11 bits, a length of 20 and the look-up of a distance in 8; refilled again, for a distance of 28 and the
 * next look-up in 11. So each look-up stands before the refill that it needs not wait for. The three lines of a refill and the three that take a literal stand again and again:
 * locals cannot be changed by a function, and variables of the module would halve the speed.
 */
export function decodeFast(): i32 {
  const lastInput = <isize>(end >> 3) - TURN_INPUT;
  const bottom = floor;
  let next = (at >> 3) + 7;
  let to = out;
  if (<isize>next > lastInput || to >= OUTPUT_END) return NEED_INPUT;
  let bits = load<u64>(at >> 3) >> (at & 7);
  let held: u64 = 56 - (at & 7);
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
    const length = baseAndExtra(entry, bits);
    bits >>= entry;
    held -= entry;
    entry = load<u32>(DISTANCE_TABLE + ((<u32>bits & ((1 << DISTANCE_TABLE_BITS) - 1)) << 2));
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
    const distance = baseAndExtra(entry, bits);
    bits >>= entry;
    held -= entry;
    if (<usize>distance > to - bottom) {
      status = DISTANCE_TOO_FAR;
      break;
    }
    entry = literalEntry(bits);
    bits |= load<u64>(next) << held;
    next += <usize>(~held >> 3) & 7;
    held |= 56;
    copyMatch(to, length, distance);
    to += length;
  } while (<isize>next <= lastInput && to < OUTPUT_END);
  makeUpTo(to);
  readUpTo((next << 3) - (<usize>held & 63));
  return status;
}

function literalEntry(bits: u64): u64 {
  return load<u32>(LITERAL_TABLE + ((<u32>bits & ((1 << LITERAL_TABLE_BITS) - 1)) << 2));
}

/** The entry of a second level that the bits after the first level's choose. */
function linkedEntry(table: usize, link: u64, bits: u64): u64 {
  const index = <u32>(link >> 16) + (<u32>bits & ((1 << (<u32>(link >> 8) & 15)) - 1));
  return load<u32>(table + (index << 2));
}

/** The base of an entry plus the extra bits behind its code. */
function baseAndExtra(entry: u64, bits: u64): u32 {
  const all = bits & (((<u64>1) << entry) - 1);
  return <u32>(entry >> 16) + <u32>(all >> ((entry >> 8) & 15));
}
