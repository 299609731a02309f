import { crc32 } from "node:zlib";
import type { SpliceSource, SpliceTally } from "../../src/kernel/splice-source.ts";
import { Splicer } from "../../src/kernel/splicer.ts";
import { inflated } from "./inflated.ts";

/** A layer in memory. */
export type MemorySource = SpliceSource<Uint8Array>;

/** A piece of the output; copied ranges are half-open. */
export type Piece =
  | { readonly source: MemorySource; readonly start: number; readonly end: number }
  | { readonly fresh: Uint8Array }
  | { readonly zeros: number };

/** The output of a splicer. */
export interface Spliced {
  /** Raw deflate. */
  readonly stream: Buffer;
  readonly tar: Buffer;
  readonly tally: SpliceTally;
}

/** A layer from a gzip file, whose blocks can be copied. */
export function gzipSource(blob: Buffer): MemorySource {
  const { bytes, map } = inflated(blob);
  if (bytes === undefined || map === undefined) throw new Error("no gzip file");
  return { tar: bytes, size: bytes.length, deflate: { map, blob } };
}

/** Writes pieces with a new splicer. */
export function spliced(pieces: Iterable<Piece>): Spliced {
  const stream: Buffer[] = [];
  const all = [...pieces];
  const splicer = new Splicer<Uint8Array>((bytes) => stream.push(Buffer.from(bytes)));
  for (const piece of all) add(splicer, piece);
  splicer.finish();
  return { stream: Buffer.concat(stream), tar: concatenated(all), tally: splicer.tally };
}

/** The slow twin: the bytes of the pieces, one after another. */
export function concatenated(pieces: Iterable<Piece>): Buffer {
  return Buffer.concat([...pieces].map(bytesOf));
}

/** A deflate stream as a gzip file. RFC 1952 §2.3 */
export function gzipFile({ stream, tar }: Pick<Spliced, "stream" | "tar">): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(tar), 0);
  trailer.writeUInt32LE(tar.length % 2 ** 32, 4);
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]), stream, trailer]);
}

/** Any number of bytes below 144 as one block of literals with fixed codes. RFC 1951 §3.2.6 */
export function oneBlock(tar: Buffer): Buffer {
  const stream = Buffer.alloc(tar.length + 2);
  // The bits of a last block with fixed codes; then each literal is the 8 bits of 48 + byte, highest first.
  let carried = 0b011;
  for (const [at, byte] of tar.entries()) {
    const word = REVERSED[48 + byte] ?? 0;
    stream[at] = carried + ((word * 8) % 256);
    carried = Math.floor(word / 32);
  }
  stream[tar.length] = carried;
  return gzipFile({ stream, tar });
}

/** Bytes with their bits in the opposite order. */
const REVERSED = Array.from({ length: 256 }, (_, byte) =>
  Number.parseInt([...byte.toString(2).padStart(8, "0")].reverse().join(""), 2),
);

function add(splicer: Splicer<Uint8Array>, piece: Piece): void {
  if ("fresh" in piece) splicer.fresh(piece.fresh);
  else if ("zeros" in piece) splicer.zeros(piece.zeros);
  else {
    for (const { bytes, start, end, into } of splicer.copy(piece.source, piece.start, piece.end)) {
      into.set(bytes.subarray(start, end));
    }
  }
}

function bytesOf(piece: Piece): Uint8Array {
  if ("fresh" in piece) return piece.fresh;
  if ("zeros" in piece) return new Uint8Array(piece.zeros);
  return piece.source.tar.subarray(piece.start, piece.end);
}
