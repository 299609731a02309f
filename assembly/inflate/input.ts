import { alignBits } from "../shared/bits";
import { INPUT } from "./memory";

/** Bit addresses of the next bit to read, and of the end of the input. */
export let at: usize = INPUT << 3;
export let end: usize = INPUT << 3;

/** Bytes of the blob before INPUT. */
let inputBase: u64 = 0;

/** Discards all input: the next byte that is added is the first one of a blob. */
export function resetInput(): void {
  at = INPUT << 3;
  end = at;
  inputBase = 0;
}

/** Moves the unread bytes to the beginning of INPUT; returns the address at which the host may write more. */
export function makeRoom(): usize {
  const first = at >> 3;
  const length = (end >> 3) - first;
  memory.copy(INPUT, first, length);
  inputBase += first - INPUT;
  at = (INPUT << 3) + (at & 7);
  end = (INPUT + length) << 3;
  return INPUT + length;
}

/** Adds bytes that the host has written to the address that makeRoom returned. */
export function addInput(length: usize): void {
  end += length << 3;
}

export function readUpTo(bit: usize): void {
  at = bit;
}

/** Skips bytes, from the next whole one on. */
export function skipInput(length: usize): void {
  at = alignBits(at) + (length << 3);
}

/** The bit offset in the blob of a bit address. */
export function bitOffset(bit: usize): u64 {
  return (inputBase << 3) + (bit - (INPUT << 3));
}

/** The offset in the blob of the first wholly unread byte. */
export function inputOffset(): f64 {
  return <f64>((bitOffset(at) + 7) >> 3);
}
