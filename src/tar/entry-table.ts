import type { Entry, EntryList } from "./entry.ts";
import { EntryPage, type PageColumns, type PageEntry } from "./entry-page.ts";
import { regionsOf, type SparseColumns } from "./sparse.ts";

/** What goes into a table: an entry without its ordinal, its sparse map in columns. */
export interface NewEntry extends PageEntry {
  readonly sparse?: SparseColumns | undefined;
}

/** Takes entries in archive order. */
export interface EntryTableBuilder {
  readonly length: number;
  add(entry: NewEntry): void;
  /** All that were added; nothing may be added after it. */
  finish(): EntryColumns;
}

/** Entries as plain data: what {@link entryList} makes a list of, in whatever thread. */
export interface EntryColumns {
  readonly length: number;
  readonly pages: readonly PageColumns[];
  /** The maps of sparse files by ordinal; few have one. */
  readonly sparse: ReadonlyMap<number, SparseColumns>;
}

/**
 * Takes entries and keeps them in columns: about 53 bytes an entry besides its path, link target and xattrs, since
 * images have a million of them. Paths and link targets take at most 65,535 bytes each.
 */
export function createEntryTable(): EntryTableBuilder {
  return new TableBuilder();
}

/** The list of the entries in columns, which belong to it from now on. */
export function entryList(columns: EntryColumns): EntryList {
  return new ColumnList(columns);
}

/** The buffers of columns, for who moves them to another thread. */
export function columnBuffers({ pages, sparse }: EntryColumns): ArrayBuffer[] {
  return [
    ...pages.flatMap(({ fixed, text }) => [fixed, text]),
    ...[...sparse.values()].map(({ buffer }) => buffer as ArrayBuffer),
  ];
}

/** Entries of a page: so many that a page is worth its overhead, so few that the last one wastes little. */
const PAGE_ENTRIES = 2048;

class TableBuilder implements EntryTableBuilder {
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

  finish(): EntryColumns {
    const rest = this.length - this.#pages.length * PAGE_ENTRIES;
    if (rest > 0) this.#pages.push(this.#open.trimmed(rest));
    return { length: this.length, pages: this.#pages, sparse: this.#sparse };
  }

  #turnPage(): void {
    if (this.length > 0) this.#pages.push(this.#open.trimmed(PAGE_ENTRIES));
    this.#open = EntryPage.withRoomFor(PAGE_ENTRIES);
  }
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
    return sparse === undefined ? entry : { ...entry, sparse: regionsOf(sparse) };
  }

  *[Symbol.iterator](): Iterator<Entry> {
    for (let ordinal = 0; ordinal < this.length; ordinal += 1) yield this.at(ordinal);
  }
}
