import { HISTORY, OUTPUT, OUTPUT_END, REACH } from "./memory";

/** `out`: the address of the next byte of output. `taken`: the host has read the output before this address. */
export let out: usize = OUTPUT;
export let taken: usize = OUTPUT;

/** The lowest address that a match may refer to: where the member begins, or else the beginning of the history. */
export let floor: usize = OUTPUT;

/** Bytes of the tar before OUTPUT. */
let outputBase: u64 = 0;

/** Discards all output: the next byte is the first one of a tar. */
export function resetOutput(): void {
  out = OUTPUT;
  taken = OUTPUT;
  floor = OUTPUT;
  outputBase = 0;
}

/** Forbids references to bytes before this point. */
export function raiseFloor(): void {
  floor = out;
}

/** Marks the output as read by the host; if OUTPUT is full, makes room by moving its last 32 KiB to HISTORY. */
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

/** The offset in the tar of the next byte of output. */
export function outputOffset(): u64 {
  return outputBase + (out - OUTPUT);
}

/** Appends a byte. There must be room before the end of the slack. */
export function appendByte(byte: u32): void {
  store<u8>(out++, <u8>byte);
}

/**
 * Appends a match of at most 258 bytes; returns false if it refers to bytes before the floor. There must be room before
 * the end of the slack.
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
 * Copies `length` bytes from `distance` bytes before `to`, with the same result as byte by byte: a match may overlap
 * itself, and then repeats its own output.
 * Code: words of 16 bytes are stored, up to 31 bytes too many; the first two unconditionally, since few matches are
 * longer. If the distance is less than 16, words of 8 bytes are copied instead, of which at most `distance` bytes are
 * right, so each step advances by min(`distance`, 8) bytes.
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

/** One word after the other: the second load may include bytes stored by the first. */
function copyTwoWords(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
}
