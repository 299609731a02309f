/** Bytes of a tar block: a header takes one block, contents are padded to whole blocks. pax(1) §ustar */
export const BLOCK_SIZE = 512;

/** Bytes that content of `size` bytes takes, including its padding. */
export function paddedSize(size: number): number {
  return Math.ceil(size / BLOCK_SIZE) * BLOCK_SIZE;
}

/** Tells whether the bytes of [start, end) are all NUL. */
export function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    if (bytes[at] !== 0) return false;
  }
  return true;
}
