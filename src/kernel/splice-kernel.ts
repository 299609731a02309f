import type { CrcExports } from "./kernel-crc.ts";
import { instantiateKernel } from "./kernel-module.ts";

/**
 * What assembly/splice/index.ts exports, where each is described. Bit addresses are byte addresses in memory times 8.
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

/** What a step of walking ended with; negative numbers say that the stream is not what it was. */
export const WALK = { done: 0, needInput: 1, blockEnd: 2, crosses: 3 } as const;

/** A kernel with memory of its own, about 6 MiB. */
export function createSpliceKernel(): SpliceKernel {
  const kernel = instantiateKernel<SpliceKernel>("splice");
  kernel.setUp();
  return kernel;
}
