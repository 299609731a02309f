import { paddedSize } from "./block.ts";
import type { Entry, EntryMeta, EntryPath, EntryType, Xattr } from "./entry.ts";
import { NO_XATTRS } from "./pax.ts";

/** An entry without its ordinal and its sparse map. */
export type PageEntry = Omit<Entry, "ordinal" | "sparse">;

/** Entries in two buffers, so that they can be transferred between threads without copying each entry. */
export interface PageColumns {
  /** Number of entries that there is room for. */
  readonly capacity: number;
  /** The columns of fixed width, one after another, each of `capacity` elements. */
  readonly fixed: ArrayBuffer;
  /** For each entry its path, its link target, and any rare properties. */
  readonly text: ArrayBuffer;
}

/** Properties that few entries have. */
interface Rare {
  readonly major?: number;
  readonly minor?: number;
  /** Size of a sparse file including its holes. */
  readonly size?: number;
  /** Start of the content, if the headers before it are too long for their column. */
  readonly body?: number;
  /** End of the span, if the padding of the last member is incomplete. */
  readonly end?: number;
  /** The lengths of names and values of the xattrs, whose bytes follow. */
  readonly xattrs?: Lengths;
  /** Whether there are so many xattrs that the lengths follow, too, on a line of their own. */
  readonly manyXattrs?: true;
}

type Lengths = readonly (readonly [name: number, value: number])[];

const TYPES: readonly EntryType[] = [
  "file",
  "hardlink",
  "symlink",
  "char",
  "block",
  "directory",
  "fifo",
  "whiteout",
  "opaque",
  "aufs-file",
  "aufs-link",
];
const TYPE_NUMBERS = new Map(TYPES.map((type, number) => [type, number]));
const LINK_TYPES: ReadonlySet<EntryType> = new Set(["hardlink", "symlink", "aufs-link"]);
const NO_LINK = "";
const MAX_TEXT = 0xffff;
const MAX_HEADER_LENGTH = 0xffff_ffff;
const NEWLINE = 10;

/** Bytes of an entry in the columns of fixed width. */
const FIXED_BYTES = 3 * 8 + 5 * 4 + 3 * 2 + 3;

/** Columns of up to a given number of entries. */
export class EntryPage {
  #columns: FixedColumns;
  #text: Buffer;
  #textLength = 0;

  /** An empty page. */
  static withRoomFor(capacity: number): EntryPage {
    const fixed = new ArrayBuffer(capacity * FIXED_BYTES);
    return new EntryPage({ capacity, fixed, text: new ArrayBuffer(capacity * 16) });
  }

  constructor({ capacity, fixed, text }: PageColumns) {
    this.#columns = new FixedColumns(capacity, fixed);
    this.#text = Buffer.from(text);
  }

  /** `at` is the entry's index in the page. Paths and link targets have at most 65,535 bytes. */
  add(entry: PageEntry, at: number): void {
    const { path, linkPath = NO_LINK, meta, span, body } = entry;
    const columns = this.#columns;
    columns.textStart[at] = this.#textLength;
    columns.pathLength[at] = path.length;
    columns.linkLength[at] = linkPath.length;
    this.#writeName(path);
    this.#writeName(linkPath);
    columns.spanStart[at] = span.start;
    columns.headerLength[at] = body.start - span.start;
    columns.bodyLength[at] = body.end - body.start;
    columns.seconds[at] = meta.mtimeSeconds;
    columns.nanoseconds[at] = meta.mtimeNanoseconds;
    columns.uid[at] = meta.uid;
    columns.gid[at] = meta.gid;
    columns.mode[at] = meta.mode;
    columns.type[at] = TYPE_NUMBERS.get(entry.type) ?? 0;
    columns.keepable[at] = entry.keepable ? 1 : 0;
    const rare = rareOf(entry);
    columns.hasRare[at] = rare === undefined ? 0 : 1;
    if (rare !== undefined) this.#writeRare(rare, meta.xattrs);
  }

  /** The entry at an index in the page; `ordinal` is its index in the whole list. */
  entry(at: number, ordinal: number): Entry {
    const columns = this.#columns;
    const type = TYPES[number(columns.type, at)] ?? "file";
    const textStart = number(columns.textStart, at);
    const linkStart = textStart + number(columns.pathLength, at);
    const linkEnd = linkStart + number(columns.linkLength, at);
    const spanStart = number(columns.spanStart, at);
    const { json: rare, end } = columns.hasRare[at] === 1 ? this.#readLine<Rare>(linkEnd) : COMMON;
    const bodyStart = rare.body ?? spanStart + number(columns.headerLength, at);
    const bodyLength = number(columns.bodyLength, at);
    return {
      ordinal,
      type,
      path: this.#text.toString("latin1", textStart, linkStart) as EntryPath,
      size: type === "file" || type === "aufs-file" ? (rare.size ?? bodyLength) : 0,
      linkPath: LINK_TYPES.has(type) ? this.#text.toString("latin1", linkStart, linkEnd) : undefined,
      major: rare.major ?? 0,
      minor: rare.minor ?? 0,
      meta: rare.manyXattrs ? this.#lazyMeta(at, end) : this.#meta(at, this.#readXattrs(rare.xattrs, end)),
      span: { start: spanStart, end: rare.end ?? bodyStart + paddedSize(bodyLength) },
      body: { start: bodyStart, end: bodyStart + bodyLength },
      sparse: undefined,
      keepable: columns.keepable[at] === 1,
    };
  }

  /** The columns, cut to what `length` entries use; add nothing after calling it. */
  trimmed(length: number): PageColumns {
    const text = Uint8Array.from(this.#text.subarray(0, this.#textLength)).buffer;
    return { capacity: length, fixed: this.#columns.first(length), text };
  }

  #meta(at: number, xattrs: readonly Xattr[]): EntryMeta {
    const columns = this.#columns;
    return {
      mode: number(columns.mode, at),
      uid: number(columns.uid, at),
      gid: number(columns.gid, at),
      mtimeSeconds: number(columns.seconds, at),
      mtimeNanoseconds: number(columns.nanoseconds, at),
      xattrs,
    };
  }

  /** Decodes the xattrs when they are looked at: there may be 50,000, and the entry may be looked up very often. */
  #lazyMeta(at: number, start: number): EntryMeta {
    let xattrs: readonly Xattr[] | undefined;
    const get = (): readonly Xattr[] => {
      if (xattrs === undefined) {
        const { json, end } = this.#readLine<Lengths>(start);
        xattrs = this.#readXattrs(json, end);
      }
      return xattrs;
    };
    return Object.defineProperty(this.#meta(at, NO_XATTRS), "xattrs", { get, enumerable: true });
  }

  #writeName(text: string): void {
    if (text.length > MAX_TEXT) throw new RangeError(`a text of ${text.length} bytes in an entry table`);
    this.#write(text);
  }

  /** Writes a line of JSON, then names and values of the xattrs. */
  #writeRare(rare: Rare, xattrs: readonly Xattr[]): void {
    this.#write(`${JSON.stringify(rare)}\n`);
    if (rare.manyXattrs) this.#write(`${JSON.stringify(lengthsOf(xattrs))}\n`);
    for (const { name, value } of xattrs) {
      this.#write(name);
      this.#write(value);
    }
  }

  #readXattrs(lengths: Lengths | undefined, start: number): readonly Xattr[] {
    let at = start;
    const take = (length: number): string => {
      at += length;
      return this.#text.toString("latin1", at - length, at);
    };
    return lengths?.map(([name, value]) => ({ name: take(name), value: take(value) })) ?? NO_XATTRS;
  }

  /** A line of JSON, and where it ends. */
  #readLine<Json>(start: number): { readonly json: Json; readonly end: number } {
    const newline = this.#text.indexOf(NEWLINE, start);
    return { json: JSON.parse(this.#text.toString("latin1", start, newline)) as Json, end: newline + 1 };
  }

  #write(text: string): void {
    const end = this.#textLength + text.length;
    if (end > this.#text.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#text.length * 2, end));
      this.#text.copy(larger, 0, 0, this.#textLength);
      this.#text = larger;
    }
    this.#text.write(text, this.#textLength, "latin1");
    this.#textLength = end;
  }
}

/**
 * The columns of fixed width as views of one buffer, widest first, so that each is aligned for any capacity.
 */
class FixedColumns {
  readonly spanStart: Float64Array;
  readonly bodyLength: Float64Array;
  readonly seconds: Float64Array;
  readonly textStart: Uint32Array;
  readonly headerLength: Uint32Array;
  readonly nanoseconds: Uint32Array;
  readonly uid: Uint32Array;
  readonly gid: Uint32Array;
  readonly mode: Uint16Array;
  readonly pathLength: Uint16Array;
  readonly linkLength: Uint16Array;
  readonly type: Uint8Array;
  readonly keepable: Uint8Array;
  readonly hasRare: Uint8Array;
  readonly #buffer: ArrayBuffer;

  constructor(capacity: number, buffer: ArrayBuffer) {
    let at = 0;
    const next = (width: number): [ArrayBuffer, number, number] => {
      at += width * capacity;
      return [buffer, at - width * capacity, capacity];
    };
    this.spanStart = new Float64Array(...next(8));
    this.bodyLength = new Float64Array(...next(8));
    this.seconds = new Float64Array(...next(8));
    this.textStart = new Uint32Array(...next(4));
    this.headerLength = new Uint32Array(...next(4));
    this.nanoseconds = new Uint32Array(...next(4));
    this.uid = new Uint32Array(...next(4));
    this.gid = new Uint32Array(...next(4));
    this.mode = new Uint16Array(...next(2));
    this.pathLength = new Uint16Array(...next(2));
    this.linkLength = new Uint16Array(...next(2));
    this.type = new Uint8Array(...next(1));
    this.keepable = new Uint8Array(...next(1));
    this.hasRare = new Uint8Array(...next(1));
    this.#buffer = buffer;
  }

  /** A buffer with only the first `length` entries; the buffer of these columns if that is all of them. */
  first(length: number): ArrayBuffer {
    if (length === this.type.length) return this.#buffer;
    const buffer = new ArrayBuffer(length * FIXED_BYTES);
    const first = new FixedColumns(length, buffer);
    for (const key of Object.keys(first) as (keyof FixedColumns)[]) {
      const column = first[key];
      const whole = this[key];
      if (ArrayBuffer.isView(column) && ArrayBuffer.isView(whole)) column.set(whole.subarray(0, length));
    }
    return buffer;
  }
}

/** More than files ever have. */
const FEW_XATTRS = 50;
const MANY = { manyXattrs: true } as const;

function lengthsOf(xattrs: readonly Xattr[]): Lengths {
  return xattrs.map(({ name, value }) => [name.length, value.length]);
}

const COMMON: { readonly json: Rare; readonly end: number } = { json: {}, end: 0 };

function rareOf(entry: PageEntry): Rare | undefined {
  const { meta, major, minor, size, span, body } = entry;
  const stored = body.end - body.start;
  const rare: Rare = {
    ...(major > 0 && { major }),
    ...(minor > 0 && { minor }),
    ...((entry.type === "file" || entry.type === "aufs-file") && size !== stored && { size }),
    ...(body.start - span.start > MAX_HEADER_LENGTH && { body: body.start }),
    ...(span.end !== body.start + paddedSize(stored) && { end: span.end }),
    ...(meta.xattrs.length > 0 && (meta.xattrs.length > FEW_XATTRS ? MANY : { xattrs: lengthsOf(meta.xattrs) })),
  };
  return Object.keys(rare).length === 0 ? undefined : rare;
}

function number(column: { readonly [at: number]: number }, at: number): number {
  return column[at] ?? 0;
}
