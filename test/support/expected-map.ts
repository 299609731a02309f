import type { DeflateMap } from "../../src/kernel/deflate-map.ts";
import type { SlowBlock, SlowlyInflated } from "./slow-inflate.ts";

/** A map as rows, for comparison and printing. */
export interface MapRows {
  readonly stretches: readonly Stretch[];
  readonly memberStarts: readonly number[];
}

interface Stretch {
  readonly bitStart: number;
  readonly bitEnd: number;
  readonly outStart: number;
  readonly kind: number;
}

export function mapRows({ length, bitStart, bitEnd, outStart, kind, memberStart }: DeflateMap): MapRows {
  const stretches = Array.from({ length }, (_, row) => ({
    bitStart: bitStart[row] ?? Number.NaN,
    bitEnd: bitEnd[row] ?? Number.NaN,
    outStart: outStart[row] ?? Number.NaN,
    kind: kind[row] ?? Number.NaN,
  }));
  return { stretches, memberStarts: [...memberStart] };
}

/** The expected map of a file that the twin has inflated. Empty members are left out. */
export function expectedMap({ blocks, memberStarts, bytes }: SlowlyInflated): MapRows {
  const named = memberStarts.filter((start) => start < bytes.length);
  return { stretches: stretchesOf(blocks), memberStarts: [...new Set([0, ...named])] };
}

/** Adjacent complete coded blocks are grouped until they produce 64 KiB; other blocks stay separate. */
function stretchesOf(blocks: readonly SlowBlock[]): Stretch[] {
  const made: Stretch[] = [];
  for (const block of blocks.filter(({ start, end }) => end > start)) {
    const kind = block.type === "stored" ? 2 : block.final ? 1 : 0;
    const bitStart = kind === 2 ? block.bodyBit : block.headerBit;
    const last = made.at(-1);
    const joins = kind === 0 && last?.kind === 0 && last.bitEnd === bitStart && block.start - last.outStart < 65_536;
    if (joins) made[made.length - 1] = { ...last, bitEnd: block.endBit };
    else made.push({ bitStart, bitEnd: block.endBit, outStart: block.start, kind });
  }
  return made;
}
