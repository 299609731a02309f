import { crc32 } from "node:zlib";

/** What every kernel exports for it; assembly/shared/remainder.ts says how it works. */
export interface CrcExports {
  readonly memory: WebAssembly.Memory;
  readonly REMAINDER: WebAssembly.Global;
  divide(address: number, length: number, crc: number): number;
}

/**
 * From so many bytes on it is faster to divide them first: their remainder has 4800, and the fewest that can be divided
 * are as many.
 */
const WORTH_DIVIDING = 16 * 1024;

/** The CRC-32 that zlib goes on with where its register is to hold 0. */
const REGISTER_ZERO = 0xffff_ffff;

/**
 * The CRC-32 of bytes that lie in the memory of a kernel, `crc` being that of those before them. At 16 GB/s where
 * zlib's, which Node builds without instructions made for it, does 5.
 */
export function crcInKernel(kernel: CrcExports, bytes: Uint8Array, crc: number): number {
  // Of no bytes Node's crc32 returns 0 in some versions, not what it was given.
  if (bytes.length === 0) return crc;
  if (bytes.length < WORTH_DIVIDING) return crc32(bytes, crc);
  const length = kernel.divide(bytes.byteOffset, bytes.length, crc);
  return crc32(new Uint8Array(kernel.memory.buffer, kernel.REMAINDER.value, length), REGISTER_ZERO);
}
