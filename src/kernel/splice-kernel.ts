import type { CrcExports } from "./kernel-crc.ts";
import { instantiateKernel } from "./kernel-module.ts";

/**
 * The exports of assembly/splice/index.ts, which describes each. A bit address is a byte address in memory times 8 plus
 * the number of the bit.
 */
export interface SpliceKernel extends CrcExports {
  readonly INPUT: WebAssembly.Global;
  readonly INPUT_SIZE: WebAssembly.Global;
  readonly OUTPUT: WebAssembly.Global;
  readonly RANGES: WebAssembly.Global;
  setUp(): void;
  roomForTar(bytes: number): number;
  extendWindow(bytes: number): void;
  addFresh(bytes: number): void;
  addStored(bytes: number): void;
  addCopied(bytes: number): void;
  addUnseen(bytes: number): void;
  addRepeats(matches: number): void;
  flush(): void;
  finish(): void;
  outputLength(): number;
  outputTaken(): void;
  setInputEnd(bit: number): void;
  beginCopy(start: number, shift: number, earlier: number): void;
  walkAt(bit: number, offset: number): void;
  currentBit(): number;
  currentOffset(): number;
  currentHeaderBits(): number;
  enterBlock(): number;
  skip(target: number): number;
  transcode(target: number, limit: number): number;
  pass(): void;
  copyRaw(from: number, to: number): void;
  copyBlocks(from: number, to: number): void;
  writeHeaderAgain(): void;
  writeBlockEnd(): void;
}

/** Results of a step of walking; a negative result means that the stream was changed. */
export const WALK = { done: 0, needInput: 1, blockEnd: 2, crosses: 3 } as const;

/** Creates a kernel with its own memory, about 5 MiB. */
export function createSpliceKernel(): SpliceKernel {
  const kernel = instantiateKernel<SpliceKernel>("splice");
  kernel.setUp();
  return kernel;
}
