import type { ByteFeed, Reading } from "./byte-feed.ts";
import type { PaxRecords } from "./pax-body.ts";
import { tarFault } from "./tar-fault.ts";
import { numberAt } from "./tar-header.ts";

/**
 * A sparse file: its size with holes, and its regions that are stored, one after the other. GNU tar manual §"Sparse
 * Formats"
 */
export interface SparseFile {
  readonly name: string | undefined;
  readonly size: number;
  /** Offset and length of each region, in bytes of the file. */
  readonly regions: readonly (readonly [offset: number, length: number])[];
  /** Bytes of the member's body without the map. */
  readonly stored: number;
}

/** A member that may be sparse. */
export interface SparseMember {
  readonly pax: PaxRecords;
  /** Bytes of its body. */
  readonly size: number;
  readonly offset: number;
}

/**
 * Reads the map of a member whose pax records say that it is sparse (R1.9), in form 0.0, 0.1 or 1.0; undefined for one
 * that is not. @throws ImageInvalidError TAR_INVALID
 */
export function* readSparse(feed: ByteFeed, member: SparseMember): Reading<SparseFile | undefined> {
  const { values, regions } = member.pax;
  const version = `${values.get("GNU.sparse.major") ?? ""}.${values.get("GNU.sparse.minor") ?? ""}`;
  const listed = regions.length > 0 ? regions : (values.get("GNU.sparse.map") || undefined)?.split(",");
  const name = values.get("GNU.sparse.name") || undefined;
  const stated = values.get("GNU.sparse.size") || values.get("GNU.sparse.realsize");
  const size = stated ? wholeNumber(stated) : member.size;
  if (version === "1.0") {
    const { numbers, length } = yield* readMapText(feed, member);
    return checked({ name, size, stored: member.size - length }, numbers, member.offset);
  }
  const inRecords = version === "0.0" || version === "0.1" || (version === "." && listed !== undefined);
  if (!inRecords) return undefined;
  const count = wholeNumber(values.get("GNU.sparse.numblocks") ?? "");
  if ((listed ?? []).length !== count * 2) throw badMap(member.offset);
  return checked({ name, size, stored: member.size }, (listed ?? []).map(wholeNumber), member.offset);
}

/**
 * Reads the map of an old GNU sparse file, typeflag `S`: four regions in the header, more in blocks after it.
 * @throws ImageInvalidError TAR_INVALID
 */
export function* readOldSparse(feed: ByteFeed, block: Buffer, member: Omit<SparseMember, "pax">): Reading<SparseFile> {
  const numbers: number[] = [];
  const size = numberAt(block.toString("latin1"), 483, 12);
  let [text, at, slots] = [block.toString("latin1"), 386, 4];
  for (let blocks = 1; ; blocks += 1) {
    const end = at + slots * 24;
    for (; at < end && text.charAt(at) !== "\0"; at += 24)
      numbers.push(numberAt(text, at, 12), numberAt(text, at + 12, 12));
    if (text.charAt(end) === "\0") break;
    const next = yield* feed.take(512);
    if (next.length < 512 || blocks * 512 > MAP_LIMIT) throw badMap(member.offset);
    [text, at, slots] = [next.toString("latin1"), 0, 21];
  }
  return checked({ name: undefined, size, stored: member.size }, numbers, member.offset);
}

const MAP_LIMIT = 1024 * 1024;

/**
 * Form 1.0: before the content, in whole blocks, the count of regions, then offset and length of each, one number per
 * line.
 */
function* readMapText(feed: ByteFeed, { size, offset }: SparseMember): Reading<{ numbers: number[]; length: number }> {
  const blocks: string[] = [];
  let wanted = Number.NaN;
  for (let lines = 0; !(lines > wanted); ) {
    if ((blocks.length + 1) * 512 > Math.min(size, MAP_LIMIT)) throw badMap(offset);
    const block = (yield* feed.take(512)).toString("latin1");
    blocks.push(block);
    lines += block.split("\n").length - 1;
    if (lines > 0 && Number.isNaN(wanted)) {
      wanted = wholeNumber(blocks.join("").split("\n", 1).join()) * 2;
      if (Number.isNaN(wanted)) throw badMap(offset);
    }
  }
  const numbers = blocks
    .join("")
    .split("\n")
    .slice(1, wanted + 1);
  return { numbers: numbers.map(wholeNumber), length: blocks.length * 512 };
}

function checked(file: Omit<SparseFile, "regions">, numbers: readonly number[], offset: number): SparseFile {
  const regions: [number, number][] = [];
  let [end, stored] = [0, 0];
  for (let at = 0; at < numbers.length; at += 2) {
    const start = numbers[at] ?? Number.NaN;
    const length = numbers[at + 1] ?? Number.NaN;
    if (!(start >= end && length >= 0 && start + length <= file.size)) throw badMap(offset);
    [end, stored] = [start + length, stored + length];
    regions.push([start, length]);
  }
  if (stored !== file.stored || !(file.size >= 0)) throw badMap(offset);
  return { ...file, regions };
}

function wholeNumber(text: string): number {
  const value = /^\+?[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

function badMap(offset: number): Error {
  return tarFault("a sparse map that does not fit its file", { rule: "R1.9", offset });
}
