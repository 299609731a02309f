/** Bytes of a tar block: headers take one, contents are filled up to a multiple of it. pax(1) §ustar */
export const BLOCK_SIZE = 512;

/** Bytes that a content of `size` bytes takes with its padding. */
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
