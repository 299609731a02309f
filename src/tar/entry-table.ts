import { paddedSize } from "./block.ts";
import type { Entry, EntryList, EntryMeta, EntryPath, EntryType, Xattr } from "./entry.ts";
import { NO_XATTRS } from "./pax.ts";
import { regionsOf, type SparseColumns } from "./sparse.ts";

/** What goes into a table: an entry without its ordinal, its sparse map in columns. */
export interface NewEntry extends Omit<Entry, "ordinal" | "sparse"> {
  readonly sparse?: SparseColumns | undefined;
}

/** Takes entries in archive order. */
export interface EntryTableBuilder {
  readonly length: number;
  add(entry: NewEntry): void;
  /** The list of all that were added; nothing may be added after it. */
  finish(): EntryList;
}

/**
 * Makes a list that keeps entries in columns: about 50 bytes an entry besides its path and link target, since images have a million of them.
 * Paths and link targets take at most 65,535 bytes each.
 */
export function createEntryTable(): EntryTableBuilder {
  return new EntryTable();
}

/** Entries of a page: so many that a page is worth its overhead, so few that the last one wastes little. */
const PAGE_ENTRIES = 2048;

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

/** What few entries have. */
interface Rare {
  readonly xattrs?: readonly Xattr[];
  readonly major?: number;
  readonly minor?: number;
  /** Size of a sparse file with its holes. */
  readonly size?: number;
  readonly sparse?: SparseColumns;
  /** End of a last member whose padding is missing. */
  readonly end?: number;
}

class EntryTable implements EntryList, EntryTableBuilder {
  readonly #pages: Page[] = [];
  readonly #rare = new Map<number, Rare>();
  length = 0;

  add(entry: NewEntry): void {
    if (this.length % PAGE_ENTRIES === 0) this.#openPage();
    this.#pages.at(-1)?.add(entry, this.length % PAGE_ENTRIES);
    const rare = rareOf(entry);
    if (rare !== undefined) this.#rare.set(this.length, rare);
    this.length += 1;
  }

  finish(): EntryList {
    this.#pages.at(-1)?.trim(this.length - (this.#pages.length - 1) * PAGE_ENTRIES);
    return this;
  }

  at(ordinal: number): Entry {
    const page = this.#pages[Math.floor(ordinal / PAGE_ENTRIES)];
    if (page === undefined || ordinal >= this.length) throw new RangeError(`no entry ${ordinal} of ${this.length}`);
    return page.entry(ordinal, ordinal % PAGE_ENTRIES, this.#rare.get(ordinal));
  }

  *[Symbol.iterator](): Iterator<Entry> {
    for (let ordinal = 0; ordinal < this.length; ordinal += 1) yield this.at(ordinal);
  }

  #openPage(): void {
    this.#pages.at(-1)?.trim(PAGE_ENTRIES);
    this.#pages.push(new Page());
  }
}

function rareOf(entry: NewEntry): Rare | undefined {
  const { meta, sparse } = entry;
  const whole = entry.span.end === entry.body.start + paddedSize(entry.body.end - entry.body.start);
  const rare: Rare = {
    ...(meta.xattrs.length > 0 && { xattrs: meta.xattrs }),
    ...(entry.major > 0 && { major: entry.major }),
    ...(entry.minor > 0 && { minor: entry.minor }),
    ...(sparse !== undefined && { sparse, size: entry.size }),
    ...(!whole && { end: entry.span.end }),
  };
  return Object.keys(rare).length === 0 ? undefined : rare;
}

/** Columns of up to {@link PAGE_ENTRIES} entries, and the bytes of their texts. */
class Page {
  #text = Buffer.allocUnsafe(PAGE_ENTRIES * 16);
  #textLength = 0;
  #textStart = new Uint32Array(PAGE_ENTRIES);
  #pathLength = new Uint16Array(PAGE_ENTRIES);
  #linkLength = new Uint16Array(PAGE_ENTRIES);
  #spanStart = new Float64Array(PAGE_ENTRIES);
  #headerLength = new Uint32Array(PAGE_ENTRIES);
  #bodyLength = new Float64Array(PAGE_ENTRIES);
  #seconds = new Float64Array(PAGE_ENTRIES);
  #nanoseconds = new Uint32Array(PAGE_ENTRIES);
  #uid = new Uint32Array(PAGE_ENTRIES);
  #gid = new Uint32Array(PAGE_ENTRIES);
  #mode = new Uint16Array(PAGE_ENTRIES);
  #type = new Uint8Array(PAGE_ENTRIES);
  #keepable = new Uint8Array(PAGE_ENTRIES);

  add(entry: NewEntry, at: number): void {
    const { path, linkPath = NO_LINK, meta, span, body } = entry;
    this.#textStart[at] = this.#textLength;
    this.#pathLength[at] = path.length;
    this.#linkLength[at] = linkPath.length;
    this.#write(path);
    this.#write(linkPath);
    this.#spanStart[at] = span.start;
    this.#headerLength[at] = body.start - span.start;
    this.#bodyLength[at] = body.end - body.start;
    this.#seconds[at] = meta.mtimeSeconds;
    this.#nanoseconds[at] = meta.mtimeNanoseconds;
    this.#uid[at] = meta.uid;
    this.#gid[at] = meta.gid;
    this.#mode[at] = meta.mode;
    this.#type[at] = TYPE_NUMBERS.get(entry.type) ?? 0;
    this.#keepable[at] = entry.keepable ? 1 : 0;
  }

  entry(ordinal: number, at: number, rare: Rare | undefined): Entry {
    const type = TYPES[number(this.#type, at)] ?? "file";
    const textStart = number(this.#textStart, at);
    const linkStart = textStart + number(this.#pathLength, at);
    const linkEnd = linkStart + number(this.#linkLength, at);
    const spanStart = number(this.#spanStart, at);
    const bodyStart = spanStart + number(this.#headerLength, at);
    const bodyLength = number(this.#bodyLength, at);
    return {
      ordinal,
      type,
      path: this.#text.toString("latin1", textStart, linkStart) as EntryPath,
      size: type === "file" || type === "aufs-file" ? (rare?.size ?? bodyLength) : 0,
      linkPath: LINK_TYPES.has(type) ? this.#text.toString("latin1", linkStart, linkEnd) : undefined,
      major: rare?.major ?? 0,
      minor: rare?.minor ?? 0,
      meta: this.#meta(at, rare?.xattrs ?? NO_XATTRS),
      span: { start: spanStart, end: rare?.end ?? bodyStart + paddedSize(bodyLength) },
      body: { start: bodyStart, end: bodyStart + bodyLength },
      sparse: rare?.sparse && regionsOf(rare.sparse),
      keepable: this.#keepable[at] === 1,
    };
  }

  /** Gives back what `length` entries do not use. */
  trim(length: number): void {
    this.#text = Buffer.from(new Uint8Array(this.#text.subarray(0, this.#textLength)).buffer);
    if (length === PAGE_ENTRIES) return;
    this.#textStart = this.#textStart.slice(0, length);
    this.#pathLength = this.#pathLength.slice(0, length);
    this.#linkLength = this.#linkLength.slice(0, length);
    this.#spanStart = this.#spanStart.slice(0, length);
    this.#headerLength = this.#headerLength.slice(0, length);
    this.#bodyLength = this.#bodyLength.slice(0, length);
    this.#seconds = this.#seconds.slice(0, length);
    this.#nanoseconds = this.#nanoseconds.slice(0, length);
    this.#uid = this.#uid.slice(0, length);
    this.#gid = this.#gid.slice(0, length);
    this.#mode = this.#mode.slice(0, length);
    this.#type = this.#type.slice(0, length);
    this.#keepable = this.#keepable.slice(0, length);
  }

  #meta(at: number, xattrs: readonly Xattr[]): EntryMeta {
    return {
      mode: number(this.#mode, at),
      uid: number(this.#uid, at),
      gid: number(this.#gid, at),
      mtimeSeconds: number(this.#seconds, at),
      mtimeNanoseconds: number(this.#nanoseconds, at),
      xattrs,
    };
  }

  #write(text: string): void {
    if (text.length > MAX_TEXT) throw new RangeError(`a text of ${text.length} bytes in an entry table`);
    const end = this.#textLength + text.length;
    if (end > this.#text.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#text.length * 2, end));
      this.#text.copy(larger, 0, 0, this.#textLength);
      this.#text = larger;
    }
    this.#text.write(text, this.#textLength, "latin1");
    this.#textLength = end;
  }
}

const MAX_TEXT = 0xffff;
const NO_LINK = "";
const LINK_TYPES: ReadonlySet<EntryType> = new Set(["hardlink", "symlink", "aufs-link"]);

function number(column: { readonly [at: number]: number }, at: number): number {
  return column[at] ?? 0;
}
