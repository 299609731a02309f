import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { type CrcExports, crcInKernel } from "../../../src/kernel/kernel-crc.ts";
import { instantiateKernel } from "../../../src/kernel/kernel-module.ts";
import { createSpliceKernel } from "../../../src/kernel/splice-kernel.ts";
import { sampleBytes } from "../../support/byte-streams.ts";

/** An address from which on both kernels have enough memory for the bytes of these tests. */
const ADDRESS = 128 * 1024;

const kernels: ReadonlyArray<readonly [string, CrcExports]> = [
  ["inflate", instantiateKernel<CrcExports>("inflate")],
  ["splice", createSpliceKernel()],
];

test.each(kernels)(
  "the %s kernel has zlib's CRC of any number of bytes at any address, after any others",
  (_, kernel) => {
    const content = sampleBytes(300_000);
    const lengths = [
      0,
      1,
      4799,
      16_383,
      16_384,
      16_385,
      16_399,
      4800 + 16_384,
      4800 + 16_400,
      37_585,
      262_144,
      299_999,
    ];
    for (const [index, length] of lengths.entries()) {
      const bytes = inKernel(kernel, content.subarray(0, length), ADDRESS + index);
      for (const crc of [0, 1, 0x8000_0000, 0xffff_ffff, crc32(content)]) {
        expect(crcInKernel(kernel, bytes, crc)).toBe(length === 0 ? crc : crc32(bytes, crc));
      }
    }
  },
);

test("a CRC in a kernel depends on every bit, also right after another computation", () => {
  const [, kernel] = kernels[0] ?? [];
  if (kernel === undefined) throw new Error("no kernel");
  const zeros = inKernel(kernel, new Uint8Array(40_000), ADDRESS);
  const first = crcInKernel(kernel, zeros, 0);
  const seen = new Set([first]);
  for (let at = 0; at < zeros.length; at += 97) {
    zeros[at] = 2 ** (at % 8);
    seen.add(crcInKernel(kernel, zeros, 0));
    expect(crcInKernel(kernel, zeros, 0)).toBe(crc32(zeros));
    zeros[at] = 0;
  }
  expect(seen.size).toBe(1 + Math.ceil(zeros.length / 97));
  expect(crcInKernel(kernel, zeros, 0)).toBe(first);
});

function inKernel(kernel: CrcExports, bytes: Uint8Array, address: number): Uint8Array {
  const view = new Uint8Array(kernel.memory.buffer, address, bytes.length);
  view.set(bytes);
  return view;
}
