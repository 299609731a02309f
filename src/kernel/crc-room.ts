import { crcInKernel } from "./kernel-crc.ts";
import { createSpliceKernel } from "./splice-kernel.ts";

/**
 * A buffer of 1 MiB in the memory of a kernel, since a CRC-32 takes a third of zlib's time there. Uses about 5 MiB.
 */
export class CrcRoom {
  readonly #kernel = createSpliceKernel();
  readonly bytes = new Uint8Array(this.#kernel.memory.buffer, this.#kernel.INPUT.value, 1024 * 1024);

  /** The CRC-32 of a view of `bytes` after other bytes, whose CRC-32 is `crc`. */
  crc(view: Uint8Array, crc: number): number {
    return crcInKernel(this.#kernel, view, crc);
  }
}
