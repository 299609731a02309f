import type { Entry, EntryList, SparseRegion } from "./entry.ts";
import { EntryPage, type PageColumns, type PageEntry } from "./entry-page.ts";
import { regionsOf, type SparseColumns } from "./sparse.ts";

/** An entry to be added to a table: without ordinal, and with its sparse map in columns. */
export interface NewEntry extends PageEntry {
  readonly sparse?: SparseColumns | undefined;
}

/** Entries as plain data, which any thread can turn into a list with {@link entryList}. */
export interface EntryColumns {
  readonly length: number;
  readonly pages: readonly PageColumns[];
  /** The maps of sparse files, by ordinal; views of one buffer, since transferring n buffers takes time in n². */
  readonly sparse: ReadonlyMap<number, SparseColumns>;
}

/** A list of the entries in columns; takes ownership of the columns. */
export function entryList(columns: EntryColumns): EntryList {
  return new ColumnList(columns);
}

/** The buffers of columns, for transferring them to another thread. */
export function columnBuffers({ pages, sparse }: EntryColumns): ArrayBuffer[] {
  return [
    ...pages.flatMap(({ fixed, text }) => [fixed, text]),
    ...new Set([...sparse.values()].map(({ buffer }) => buffer as ArrayBuffer)),
  ];
}

/** Entries per page: enough to make the overhead of a page small, few enough that the open page takes little memory. */
const PAGE_ENTRIES = 2048;

/**
 * Takes entries in archive order and stores them in columns, since an image may have a million of them: 53 bytes per
 * entry besides its path, link target and xattrs. Paths and link targets have at most 65,535 bytes each.
 */
export class EntryTableBuilder {
  readonly #pages: PageColumns[] = [];
  readonly #sparse = new Map<number, SparseColumns>();
  #open = EntryPage.withRoomFor(0);
  length = 0;

  add(entry: NewEntry): void {
    const at = this.length % PAGE_ENTRIES;
    if (at === 0) this.#turnPage();
    this.#open.add(entry, at);
    if (entry.sparse !== undefined) this.#sparse.set(this.length, entry.sparse);
    this.length += 1;
  }

  /** All entries that were added; add nothing after calling it. */
  finish(): EntryColumns {
    const rest = this.length - this.#pages.length * PAGE_ENTRIES;
    if (rest > 0) this.#pages.push(this.#open.trimmed(rest));
    return { length: this.length, pages: this.#pages, sparse: inOneBuffer(this.#sparse) };
  }

  #turnPage(): void {
    if (this.length > 0) this.#pages.push(this.#open.trimmed(PAGE_ENTRIES));
    this.#open = EntryPage.withRoomFor(PAGE_ENTRIES);
  }
}

function inOneBuffer(maps: ReadonlyMap<number, SparseColumns>): ReadonlyMap<number, SparseColumns> {
  const numbers = new Float64Array([...maps.values()].reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  return new Map(
    [...maps].map(([ordinal, map]) => {
      numbers.set(map, at);
      at += map.length;
      return [ordinal, numbers.subarray(at - map.length, at)];
    }),
  );
}

class ColumnList implements EntryList {
  readonly length: number;
  readonly #pages: readonly EntryPage[];
  readonly #sparse: ReadonlyMap<number, SparseColumns>;

  constructor({ length, pages, sparse }: EntryColumns) {
    this.length = length;
    this.#pages = pages.map((columns) => new EntryPage(columns));
    this.#sparse = sparse;
  }

  at(ordinal: number): Entry {
    const page = this.#pages[Math.floor(ordinal / PAGE_ENTRIES)];
    if (page === undefined || ordinal >= this.length) throw new RangeError(`no entry ${ordinal} of ${this.length}`);
    const entry = page.entry(ordinal % PAGE_ENTRIES, ordinal);
    const sparse = this.#sparse.get(ordinal);
    if (sparse === undefined) return entry;
    let regions: readonly SparseRegion[] | undefined;
    return {
      ...entry,
      // Made only when they are looked at, like xattrs.
      get sparse() {
        regions ??= regionsOf(sparse);
        return regions;
      },
    };
  }

  *[Symbol.iterator](): Iterator<Entry> {
    for (let ordinal = 0; ordinal < this.length; ordinal += 1) yield this.at(ordinal);
  }
}
