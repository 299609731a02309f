import { readFileSync } from "node:fs";
import { constants, deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { sampleBytes } from "../../support/byte-streams.ts";

const CONTENT = sampleBytes(200_000);

interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly SHARED_END: WebAssembly.Global;
  readBlockHeader(start: number, end: number): number;
  readSymbol(start: number, end: number): number;
  readonly blockIsFinal: WebAssembly.Global;
  readonly blockType: WebAssembly.Global;
  readonly storedLength: WebAssembly.Global;
  readonly headerEnd: WebAssembly.Global;
  readonly symbolLength: WebAssembly.Global;
  readonly symbolDistance: WebAssembly.Global;
  readonly symbolByte: WebAssembly.Global;
  readonly symbolEnd: WebAssembly.Global;
}

const wasm = readFileSync(new URL("../../../src/kernel/inflate.wasm", import.meta.url));
const kernel = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports as unknown as Kernel;

const NEED_INPUT = 1;

describe("headers and symbols, read one by one,", () => {
  test.each([
    ["level 0", { level: 0 }],
    ["level 1", { level: 1 }],
    ["level 6", {}],
    ["level 9", { level: 9 }],
    ["fixed codes", { strategy: constants.Z_FIXED }],
    ["no matches", { strategy: constants.Z_HUFFMAN_ONLY }],
    ["runs alone", { strategy: constants.Z_RLE }],
    ["small blocks", { memLevel: 1 }],
  ])("make what was deflated with %s", (_, options) => {
    expect(walk(deflateRawSync(CONTENT, options), false).equals(CONTENT)).toBe(true);
  });

  test("wait where bits are missing, and do nothing of what they began", () => {
    const short = CONTENT.subarray(0, 5000);
    for (const strategy of [constants.Z_FIXED, constants.Z_DEFAULT_STRATEGY]) {
      expect(walk(deflateRawSync(short, { strategy }), true).equals(short)).toBe(true);
    }
  });
});

/** Inflates by single steps, slowly; where `starved`, each step is first tried with every smaller number of bits. */
function walk(deflated: Uint8Array, starved: boolean): Buffer {
  const start = kernel.SHARED_END.value;
  kernel.memory.grow(Math.max(0, Math.ceil((start + deflated.length + 8 - kernel.memory.buffer.byteLength) / 65_536)));
  const memory = new Uint8Array(kernel.memory.buffer);
  memory.set(deflated, start);
  const end = (start + deflated.length) * 8;
  const made: number[] = [];
  const step = (read: (at: number, end: number) => number, at: number, ended: () => number): void => {
    expect(read(at, end)).toBe(0);
    if (!starved) return;
    const enough = ended();
    for (let early = at; early < enough; early++) expect(read(at, early)).toBe(NEED_INPUT);
    expect(read(at, enough)).toBe(0);
  };
  for (let at = start * 8; ; ) {
    step(kernel.readBlockHeader, at, () => kernel.headerEnd.value);
    at = kernel.headerEnd.value;
    if (kernel.blockType.value === 0) {
      const bytes = memory.subarray(at / 8, at / 8 + kernel.storedLength.value);
      for (const byte of bytes) made.push(byte);
      at += bytes.length * 8;
    } else {
      do {
        step(kernel.readSymbol, at, () => kernel.symbolEnd.value);
        at = kernel.symbolEnd.value;
        appendSymbol(made);
      } while (kernel.symbolLength.value > 0);
    }
    if (kernel.blockIsFinal.value) break;
  }
  return Buffer.from(made);
}

function appendSymbol(made: number[]): void {
  const distance = kernel.symbolDistance.value;
  if (distance === 0 && kernel.symbolLength.value === 1) made.push(kernel.symbolByte.value);
  if (distance === 0) return;
  for (let left = kernel.symbolLength.value; left > 0; left--) made.push(made[made.length - distance] ?? -1);
}
