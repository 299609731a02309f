import { HISTORY, OUTPUT, OUTPUT_END, REACH } from "./memory";

/** The address at which the next byte is made. Bytes from `taken` on are new to the host. */
export let out: usize = OUTPUT;
export let taken: usize = OUTPUT;

/** The lowest address that a match may begin at: where the member begins, unless that has left the history. */
export let floor: usize = OUTPUT;

/** Bytes of the tar before OUTPUT. */
let outputBase: u64 = 0;

/** Forgets everything: the next byte that is made is the first one of a tar. */
export function resetOutput(): void {
  out = OUTPUT;
  taken = OUTPUT;
  floor = OUTPUT;
  outputBase = 0;
}

/** Nothing refers back beyond this point any more. */
export function raiseFloor(): void {
  floor = out;
}

/** Takes what was made for taken by the host, and makes room where it is needed: the last 32 KiB move before OUTPUT. */
export function releaseOutput(): void {
  if (out >= OUTPUT_END) {
    const made = out - OUTPUT;
    memory.copy(HISTORY, out - REACH, REACH);
    floor = floor > made + HISTORY ? floor - made : HISTORY;
    outputBase += made;
    out = OUTPUT;
  }
  taken = out;
}

export function makeUpTo(address: usize): void {
  out = address;
}

/** The offset in the tar of the byte that is made next. */
export function outputOffset(): u64 {
  return outputBase + (out - OUTPUT);
}

/** Appends a byte. There must be room before the end of the slack. */
export function appendByte(byte: u32): void {
  store<u8>(out++, <u8>byte);
}

/**
 * Appends a match of at most 258 bytes; false where it begins before the floor. There must be room before the end of
 * the slack.
 */
export function appendMatch(length: u32, distance: u32): bool {
  if (<usize>distance > out - floor) return false;
  copyMatch(out, length, distance, out - distance);
  out += length;
  return true;
}

/** Appends the bytes of a stored block. There must be room before the end of the slack. */
export function appendStored(from: usize, length: usize): void {
  memory.copy(out, from, length);
  out += length;
}

/**
 * Copies `length` bytes from `distance` bytes before `to`, byte by byte as far as anyone can see: a match may overlap
 * itself, and then repeats what it has just made.
 * Code: words of 16 bytes are stored, up to 31 bytes too many; two of them without asking, since few matches are
 * longer. Where the distance is less than such a word, a word of 8 bytes makes `distance` good bytes at most, and one
 * moves on by as many.
 */
export function copyMatch(to: usize, length: u32, distance: u32, from: usize): void {
  const stop = to + length;
  if (distance >= 16) {
    copyTwoWords(to, from);
    while (to + 32 < stop) {
      to += 32;
      from += 32;
      copyTwoWords(to, from);
    }
  } else if (distance === 1) {
    const run = i8x16.splat(load<i8>(from));
    do {
      v128.store(to, run);
      to += 16;
    } while (to < stop);
  } else {
    const step = min(distance, 8);
    do {
      store<u64>(to, load<u64>(from));
      to += step;
      from += step;
    } while (to < stop);
  }
}

/** One word after the other: the second may repeat what the first has made. */
function copyTwoWords(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
}
