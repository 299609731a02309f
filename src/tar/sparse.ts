import { BLOCK_SIZE } from "./block.ts";
import type { SparseRegion } from "./entry.ts";
import type { Refuse } from "./header.ts";
import { LAYOUT } from "./header-layout.ts";
import { parseDecimal, parseNumeric } from "./numeric.ts";
import type { PaxHeader } from "./pax.ts";
import { EXTENSION_LIMIT } from "./pax-records.ts";

/**
 * A sparse map as an array of three numbers per region: offset in the file, length, offset in the tar. Compact, since
 * hostile maps have very many regions.
 */
export type SparseColumns = Float64Array;

/** Offset and length of each region in turn, as read from the tar. */
export type SparseNumbers = readonly number[];

/**
 * Where the sparse map of a pax header is: in its records, before the content, or nowhere. GNU tar manual §"Sparse
 * Formats"
 */
export function sparseForm({ records, sparseNumbers }: PaxHeader): "records" | "content" | undefined {
  const version = `${records.get("GNU.sparse.major") ?? ""}.${records.get("GNU.sparse.minor") ?? ""}`;
  if (version === "0.0" || version === "0.1") return "records";
  if (version === "1.0") return "content";
  // Formats 0.0 and 0.1 often omit their version; Go does not know any other version and ignores it.
  const hasMap = sparseNumbers.length > 0 || (records.get("GNU.sparse.map") ?? "") !== "";
  return version === "." && hasMap ? "records" : undefined;
}

/** The map of formats 0.0 and 0.1. */
export function mapFromRecords({ records, sparseNumbers }: PaxHeader, refuse: Refuse): SparseNumbers {
  const map = records.get("GNU.sparse.map") ?? "";
  const texts = sparseNumbers.length > 0 ? sparseNumbers : map === "" ? [] : map.split(",");
  const count = parseDecimal(records.get("GNU.sparse.numblocks") ?? "");
  if (texts.length !== count * 2) return refuse("a sparse map with a wrong count of regions", "R1.9");
  return texts.map(parseDecimal);
}

/** Size including holes, and name, in the pax formats, which replace those of the header; undefined if absent. */
export function sparseIdentity(records: ReadonlyMap<string, string>) {
  const size = records.get("GNU.sparse.size") || records.get("GNU.sparse.realsize");
  return { size: size ? parseDecimal(size) : undefined, name: records.get("GNU.sparse.name") || undefined };
}

/**
 * The map of format 1.0, in blocks before the content: a count, then offset and length of each region, each on a line
 * of its own.
 */
export class SparseMapText {
  readonly #blocks: string[] = [];
  #lines = 0;
  #needed: number | undefined;

  /** Takes the next block and returns whether the map is complete. */
  push(block: Buffer, refuse: Refuse): boolean {
    if ((this.#blocks.length + 1) * BLOCK_SIZE > EXTENSION_LIMIT) refuse("a sparse map of more than 1 MiB", "R1.9");
    this.#blocks.push(block.toString("latin1"));
    for (const byte of block) if (byte === NEWLINE) this.#lines += 1;
    if (this.#lines > 0) this.#needed ??= this.#readCount(refuse);
    return this.#needed !== undefined && this.#lines >= this.#needed;
  }

  get numbers(): SparseNumbers {
    return this.#blocks.join("").split("\n").slice(1, this.#needed).map(parseDecimal);
  }

  #readCount(refuse: Refuse): number {
    const text = this.#blocks.join("");
    const count = parseDecimal(text.slice(0, text.indexOf("\n")));
    if (!(count >= 0)) refuse("a sparse map whose count of regions is malformed", "R1.9");
    return 1 + count * 2;
  }
}

/** The map of old GNU sparse files (typeflag `S`), which begins in the header and continues in blocks of its own. */
export class OldSparseMap {
  readonly #numbers: number[] = [];
  #bytes = 0;

  /** Takes the header or the next block of the map and returns whether the map is complete. */
  push(block: Buffer, refuse: Refuse): boolean {
    const header = this.#bytes === 0;
    this.#bytes += BLOCK_SIZE;
    if (this.#bytes > EXTENSION_LIMIT) refuse("a sparse map of more than 1 MiB", "R1.9");
    const start = header ? LAYOUT.gnuSparse[0] : 0;
    const end = start + (header ? 4 : 21) * 24;
    for (let at = start; at < end && block[at] !== 0; at += 24) {
      this.#numbers.push(parseNumeric(block, at, 12), parseNumeric(block, at + 12, 12));
    }
    return block[end] === 0;
  }

  get numbers(): SparseNumbers {
    return this.#numbers;
  }
}

/** Size including holes of an old GNU sparse file, from its header. */
export function oldSparseSize(block: Buffer): number {
  const [offset, width] = LAYOUT.gnuRealSize;
  return parseNumeric(block, offset, width);
}

/** Size of a sparse file including holes, number of its stored bytes, and offset of these in the tar. */
export interface SparsePlacement {
  readonly size: number;
  readonly stored: number;
  readonly start: number;
}

/**
 * Checks a map and locates each region's bytes: regions must be in order, must not overlap, must be inside the file,
 * and must account for exactly the stored bytes (R1.9). Empty regions are left out.
 */
export function placeRegions(numbers: SparseNumbers, place: SparsePlacement, refuse: Refuse): SparseColumns {
  const columns: number[] = [];
  let before = 0;
  let start = place.start;
  for (let at = 0; at + 1 < numbers.length; at += 2) {
    const offset = numbers[at] ?? Number.NaN;
    const length = numbers[at + 1] ?? Number.NaN;
    // Written so that NaN, a malformed number, is refused.
    if (!(offset >= before && length >= 0 && offset <= place.size - length))
      refuse("a sparse map out of order", "R1.9");
    before = offset + length;
    if (length > 0) columns.push(offset, length, start);
    start += length;
  }
  if (!(place.size >= 0) || start - place.start !== place.stored) {
    refuse("a sparse map that does not fit the stored bytes", "R1.9");
  }
  return Float64Array.from(columns);
}

/** The regions as objects. */
export function regionsOf(columns: SparseColumns): readonly SparseRegion[] {
  return Array.from({ length: columns.length / 3 }, (_, at) => ({
    offset: columns[at * 3] ?? 0,
    length: columns[at * 3 + 1] ?? 0,
    start: columns[at * 3 + 2] ?? 0,
  }));
}

const NEWLINE = 0x0a;
