import { crc32 } from "node:zlib";

/** A symbol of a block, except the end of the block. */
export interface SlowSymbol {
  /** Bit offset in the file. */
  readonly bit: number;
  /** Byte offset of its output in the content, and length of that output. */
  readonly at: number;
  readonly length: number;
  /** 0 for a literal. */
  readonly distance: number;
}

/** A block of any kind. */
export interface SlowBlock {
  readonly type: "stored" | "fixed" | "dynamic";
  readonly final: boolean;
  /** Bit offsets in the file: of the header, after the header, and of the end. */
  readonly headerBit: number;
  readonly bodyBit: number;
  readonly endBit: number;
  /** Byte offsets in the content. */
  readonly start: number;
  readonly end: number;
  readonly symbols: readonly SlowSymbol[];
}

export interface SlowlyInflated {
  readonly bytes: Buffer;
  readonly blocks: readonly SlowBlock[];
  /** Byte offsets in the content at which members start. */
  readonly memberStarts: readonly number[];
}

/**
 * Inflates a whole gzip file slowly and obviously, bit by bit: the twin of the kernel. They share only the formats, RFC
 * 1951 and RFC 1952. Throws if it is not a valid gzip file.
 */
export function inflateSlowly(file: Uint8Array): SlowlyInflated {
  return new SlowInflate(file).run();
}

class SlowInflate {
  readonly #file: Uint8Array;
  #bit = 0;
  readonly #made: number[] = [];
  readonly #blocks: SlowBlock[] = [];
  readonly #memberStarts: number[] = [];
  #memberStart = 0;

  constructor(file: Uint8Array) {
    this.#file = file;
  }

  run(): SlowlyInflated {
    do this.#member();
    while (this.#bit < this.#file.length * 8 && this.#file[this.#bit / 8] !== 0);
    if (this.#file.subarray(this.#bit / 8).some((byte) => byte !== 0))
      throw new Error("garbage behind the last member");
    return { bytes: Buffer.from(this.#made), blocks: this.#blocks, memberStarts: this.#memberStarts };
  }

  #member(): void {
    this.#header();
    this.#memberStart = this.#made.length;
    this.#memberStarts.push(this.#memberStart);
    while (!this.#block());
    this.#bit = Math.ceil(this.#bit / 8) * 8;
    const content = Buffer.from(this.#made.slice(this.#memberStart));
    if (this.#bits(32) !== crc32(content)) throw new Error("check sum");
    if (this.#bits(32) !== content.length % 2 ** 32) throw new Error("length");
  }

  #header(): void {
    const start = this.#bit / 8;
    if (this.#bits(16) !== 0x8b1f || this.#bits(8) !== 8) throw new Error("no gzip");
    const [, headerCheck, extra, name, comment, ...reserved] = Array.from({ length: 8 }, () => this.#bits(1) === 1);
    if (reserved.includes(true)) throw new Error("reserved flag");
    this.#bits(48);
    if (extra) for (let left = this.#bits(16); left > 0; left--) this.#bits(8);
    if (name) while (this.#bits(8) !== 0);
    if (comment) while (this.#bits(8) !== 0);
    const check = crc32(this.#file.subarray(start, this.#bit / 8)) % 65_536;
    if (headerCheck && this.#bits(16) !== check) throw new Error("check sum of the header");
  }

  /** Reads a block; returns true if it was the last one of its member. */
  #block(): boolean {
    const headerBit = this.#bit;
    const final = this.#bits(1) === 1;
    const type = (["stored", "fixed", "dynamic"] as const)[this.#bits(2)];
    if (type === undefined) throw new Error("block type");
    const start = this.#made.length;
    const codes = type === "stored" ? undefined : type === "fixed" ? FIXED : this.#codes();
    if (codes === undefined) this.#bit = Math.ceil(this.#bit / 8) * 8;
    const stored = codes === undefined ? this.#storedLength() : 0;
    const bodyBit = this.#bit;
    for (let left = stored; left > 0; left--) this.#made.push(this.#bits(8));
    const symbols = codes === undefined ? [] : [...this.#symbols(codes)];
    const place = { headerBit, bodyBit, endBit: this.#bit, start, end: this.#made.length };
    this.#blocks.push({ type, final, ...place, symbols });
    return final;
  }

  #storedLength(): number {
    const length = this.#bits(16);
    if (this.#bits(16) !== 0xffff - length) throw new Error("stored length");
    return length;
  }

  #codes(): Codes {
    const literals = 257 + this.#bits(5);
    const distances = 1 + this.#bits(5);
    const precodes = 4 + this.#bits(4);
    if (literals > 286 || distances > 30) throw new Error("too many codes");
    const precodeLengths = Array<number>(19).fill(0);
    for (const symbol of PRECODE_ORDER.slice(0, precodes)) precodeLengths[symbol] = this.#bits(3);
    const precode = codeOf(precodeLengths, false);
    const lengths: number[] = [];
    while (lengths.length < literals + distances) {
      const symbol = this.#decode(precode);
      if (symbol < 16) lengths.push(symbol);
      else lengths.push(...this.#repeats(symbol, lengths.at(-1)));
    }
    if (lengths.length > literals + distances) throw new Error("repeat beyond the end");
    if (lengths[256] === 0) throw new Error("no end of block");
    return { literal: codeOf(lengths.slice(0, literals), true), distance: codeOf(lengths.slice(literals), true) };
  }

  #repeats(symbol: number, last: number | undefined): number[] {
    if (symbol === 17) return Array<number>(3 + this.#bits(3)).fill(0);
    if (symbol === 18) return Array<number>(11 + this.#bits(7)).fill(0);
    if (last === undefined) throw new Error("nothing to repeat");
    return Array<number>(3 + this.#bits(2)).fill(last);
  }

  /** Decodes the symbols of a block, and outputs their bytes. */
  *#symbols({ literal, distance: distanceCode }: Codes): Generator<SlowSymbol> {
    for (;;) {
      const bit = this.#bit;
      const at = this.#made.length;
      const symbol = this.#decode(literal);
      if (symbol === 256) return;
      if (symbol < 256) this.#made.push(symbol);
      if (symbol < 256) yield { bit, at, length: 1, distance: 0 };
      else {
        const length = this.#extended(LENGTHS[symbol - 257]);
        const distance = this.#extended(DISTANCES[this.#decode(distanceCode)]);
        if (distance > at - this.#memberStart) throw new Error("too far back");
        for (let left = length; left > 0; left--) this.#made.push(this.#made.at(-distance) ?? Number.NaN);
        yield { bit, at, length, distance };
      }
    }
  }

  #extended(range: readonly [base: number, extraBits: number] | undefined): number {
    if (range === undefined) throw new Error("symbol without a meaning");
    return range[0] + this.#bits(range[1]);
  }

  #decode(code: Code): number {
    let word = "";
    do word += this.#bits(1);
    while (!code.has(word) && word.length < 15);
    const symbol = code.get(word);
    if (symbol === undefined) throw new Error("word without a symbol");
    return symbol;
  }

  /** `count` bits as a number, the lowest bit first. */
  #bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++, this.#bit++) {
      const byte = this.#file[Math.floor(this.#bit / 8)];
      if (byte === undefined) throw new Error("the file ends too early");
      value += (Math.floor(byte / 2 ** (this.#bit % 8)) % 2) * 2 ** index;
    }
    return value;
  }
}

/** The symbol of each word, written in ones and zeros. */
type Code = ReadonlyMap<string, number>;

interface Codes {
  readonly literal: Code;
  readonly distance: Code;
}

/**
 * The code that lengths define; throws if they define none. RFC 1951 §3.2.2; like zlib it accepts as incomplete codes
 * only one with a single code of one bit, or an empty one, where allowed.
 */
function codeOf(lengths: readonly number[], mayBeAlone: boolean): Code {
  const code = new Map<string, number>();
  let next = 0;
  for (let length = 1; length <= 15; length++) {
    next *= 2;
    for (const [symbol, symbolLength] of lengths.entries()) {
      if (symbolLength !== length) continue;
      if (next >= 2 ** length) throw new Error("over-subscribed code");
      code.set(next.toString(2).padStart(length, "0"), symbol);
      next++;
    }
  }
  const complete = next === 2 ** 15;
  if (!complete && !(mayBeAlone && Math.max(0, ...lengths) <= 1)) throw new Error("incomplete code");
  return code;
}

const PRECODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const FIXED: Codes = {
  literal: codeOf(
    Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
    false,
  ),
  distance: codeOf(Array<number>(32).fill(5), false),
};

/** Base and extra bits of each length and distance. RFC 1951 §3.2.5 */
const LENGTHS: readonly (readonly [number, number])[] = [
  ...ranges(3, [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]),
  [258, 0],
];
const DISTANCES = ranges(
  1,
  [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13],
);

function ranges(first: number, extraBits: readonly number[]): [number, number][] {
  let base = first;
  return extraBits.map((extra) => {
    base += 2 ** extra;
    return [base - 2 ** extra, extra];
  });
}
