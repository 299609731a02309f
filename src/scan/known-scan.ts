import type { ZstdMap } from "../compression/zstd-map.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { DeflateMap } from "../kernel/deflate-map.ts";
import type { Compression } from "../oci/media-type.ts";
import type { EntryColumns } from "../tar/entry-table.ts";
import type { ScannedTar } from "./tar-pass.ts";

/**
 * The result of scanning a blob with the right digest and diffID, independent of what it is used for. `content` is not
 * stored in the cache, since it may have secrets.
 */
export interface KnownScan extends ScannedTar {
  readonly compression: Compression;
  readonly diagnostics: readonly Diagnostic[];
  /** For gzip only. */
  readonly map: DeflateMap | undefined;
  /** For zstd only. */
  readonly frames: ZstdMap | undefined;
}

/**
 * The part that is stored as JSON; `pages` has the lengths of the buffers of each page, `sparse` the ordinals and
 * lengths of the maps.
 */
interface Heading extends Omit<KnownScan, "entries" | "map" | "frames" | "content"> {
  readonly entries: number;
  readonly pages: readonly (readonly [capacity: number, fixed: number, text: number])[];
  readonly sparse: readonly (readonly [ordinal: number, numbers: number])[];
  /** Number of stretches and of members. */
  readonly map?: readonly [number, number] | undefined;
  readonly frames?: number | undefined;
}

const LENGTH_BYTES = 4;

/** Packs a scan as bytes, in parts: the length of the heading, the heading in JSON, the columns as in memory. */
export function packScan({ entries, map, frames, content: _, ...rest }: KnownScan): Uint8Array[] {
  const { pages, sparse } = entries;
  const heading: Heading = {
    ...rest,
    entries: entries.length,
    pages: pages.map(({ capacity, fixed, text }) => [capacity, fixed.byteLength, text.byteLength]),
    sparse: [...sparse].map(([ordinal, numbers]) => [ordinal, numbers.length]),
    map: map && [map.length, map.memberStart.length],
    frames: frames?.length,
  };
  const json = Buffer.from(JSON.stringify(heading));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(json.length);
  return [
    length,
    json,
    ...pages.flatMap(({ fixed, text }) => [new Uint8Array(fixed), new Uint8Array(text)]),
    ...[...sparse.values(), ...mapColumns(map), ...frameColumns(frames)].map(bytesOf),
  ];
}

/** Unpacks a scan; undefined if the bytes are not a packed scan. */
export function unpackScan(bytes: Buffer): KnownScan | undefined {
  try {
    const headingEnd = LENGTH_BYTES + bytes.readUInt32LE();
    const heading = JSON.parse(bytes.toString("utf8", LENGTH_BYTES, headingEnd)) as Heading;
    const columns = new Columns(bytes.subarray(headingEnd));
    const { pages, sparse, map, frames, entries, ...rest } = heading;
    const table: EntryColumns = {
      length: entries,
      pages: pages.map(([capacity, fixed, text]) => ({
        capacity,
        fixed: columns.buffer(fixed),
        text: columns.buffer(text),
      })),
      sparse: new Map(sparse.map(([ordinal, numbers]) => [ordinal, columns.numbers(numbers)])),
    };
    return {
      ...rest,
      entries: table,
      map: map && deflateMap(columns, ...map),
      frames: frames === undefined ? undefined : zstdMap(columns, frames),
    };
  } catch {
    return undefined;
  }
}

/** Takes bytes from the front, copying them into new buffers, as the alignment of columns requires. */
class Columns {
  #rest: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#rest = bytes;
  }

  buffer(length: number): ArrayBuffer {
    if (length > this.#rest.length) throw new RangeError("a column is missing");
    const taken = Uint8Array.from(this.#rest.subarray(0, length));
    this.#rest = this.#rest.subarray(length);
    return taken.buffer;
  }

  numbers(count: number): Float64Array {
    return new Float64Array(this.buffer(count * Float64Array.BYTES_PER_ELEMENT));
  }
}

function mapColumns(map: DeflateMap | undefined): (Float64Array | Uint8Array)[] {
  return map === undefined ? [] : [map.bitStart, map.bitEnd, map.outStart, map.memberStart, map.kind];
}

function deflateMap(columns: Columns, length: number, members: number): DeflateMap {
  const [bitStart, bitEnd, outStart] = [columns.numbers(length), columns.numbers(length), columns.numbers(length)];
  const memberStart = columns.numbers(members);
  return { length, bitStart, bitEnd, outStart, memberStart, kind: new Uint8Array(columns.buffer(length)) };
}

function frameColumns(frames: ZstdMap | undefined): Float64Array[] {
  return frames === undefined ? [] : [frames.blobStart, frames.blobEnd, frames.outStart];
}

function zstdMap(columns: Columns, length: number): ZstdMap {
  return {
    length,
    blobStart: columns.numbers(length),
    blobEnd: columns.numbers(length),
    outStart: columns.numbers(length),
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
