import fc from "fast-check";
import type { MemorySource, Piece } from "./splice-fixture.ts";

/** Long and short copies, close together, far apart and repeated, with fresh bytes between them. */
export function selections(sources: readonly MemorySource[]): fc.Arbitrary<Piece[]> {
  const copy = fc.constantFrom(...sources).chain((source) => {
    const anywhere = fc.nat(source.size);
    const near = fc.nat(Math.min(source.size, 3000)).map((back) => source.size - back);
    const length = fc.oneof(fc.nat(600), fc.nat(40_000), fc.nat(source.size));
    return fc.tuple(fc.oneof(anywhere, near, fc.constant(0)), length).map(
      ([start, bytes]): Piece => ({
        source,
        start,
        end: Math.min(source.size, start + bytes),
      }),
    );
  });
  const neighbours = fc
    .constantFrom(...sources)
    .chain((source) =>
      fc
        .tuple(fc.nat(source.size), fc.array(fc.tuple(fc.nat(1500), fc.nat(9000)), { minLength: 2, maxLength: 6 }))
        .map(([start, gaps]) => runs(source, start, gaps)),
    );
  const fresh = fc.uint8Array({ maxLength: 1200 }).map((bytes): Piece => ({ fresh: bytes }));
  const zeros = fc.nat(100_000).map((length): Piece => ({ zeros: length }));
  const some = fc.oneof(
    { weight: 5, arbitrary: copy.map((piece) => [piece]) },
    { weight: 3, arbitrary: neighbours },
    { weight: 2, arbitrary: fresh.map((piece) => [piece]) },
    { weight: 1, arbitrary: zeros.map((piece) => [piece]) },
  );
  return fc.array(some, { maxLength: 12 }).map((pieces) => pieces.flat());
}

/** Copies in the order of the tar, with gaps between them, like most joints of real layers. */
function runs(source: MemorySource, from: number, gaps: readonly (readonly [number, number])[]): Piece[] {
  let at = from;
  return gaps.map(([gap, length]) => {
    const start = Math.min(source.size, at + gap);
    at = Math.min(source.size, start + length);
    return { source, start, end: at };
  });
}

/** Incompressible bytes. */
export function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (state * 48_271) % (2 ** 31 - 1);
      return Math.floor(state / 1000) % 256;
    }),
  );
}
