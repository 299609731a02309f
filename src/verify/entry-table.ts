import type { NamedEntry } from "./file-entry.ts";
import { FIELD, KINDS, ROW_BYTES, RowInode, type Rows } from "./row-inode.ts";

/**
 * The entries of a layer as plain data: a million objects would cost more to keep, and to pass between threads, than it
 * takes to read them.
 */
export interface EntryTableData {
  /** Bytes of the tar, including the holes of sparse files. */
  readonly tarBytes: number;
  /** In the order of the tar. */
  readonly pages: readonly EntryPageData[];
}

/** Some of the entries: a limited number, so that growing buffers stay small. */
export interface EntryPageData {
  /** {@link ROW_BYTES} an entry. */
  readonly rows: ArrayBuffer;
  /** The paths one after the other, one byte a char. */
  readonly paths: ArrayBuffer;
  /** Likewise the targets of symbolic and hard links. */
  readonly targets: ArrayBuffer;
  /** Of the entries that have any, by the offsets of their rows. */
  readonly xattrs: Map<number, ReadonlyMap<string, string>>;
}

/** Bytes of the names and values of extended attributes. */
export function xattrBytes(xattrs: ReadonlyMap<string, string>): number {
  let bytes = 0;
  for (const [name, value] of xattrs) bytes += name.length + value.length;
  return bytes;
}

export function copyOfTable({ tarBytes, pages }: EntryTableData): EntryTableData {
  const copyOf = ({ rows, paths, targets, xattrs }: EntryPageData): EntryPageData => {
    return { rows: rows.slice(), paths: paths.slice(), targets: targets.slice(), xattrs: new Map(xattrs) };
  };
  return { tarBytes, pages: pages.map(copyOf) };
}

/** The buffers of a table, to be transferred to another thread. */
export function tableBuffers({ pages }: EntryTableData): ArrayBuffer[] {
  return pages.flatMap(({ rows, paths, targets }) => [rows, paths, targets]);
}

/**
 * The entries of a layer in the order of the tar, made from the table during iteration; their inodes are views of it.
 * Can be iterated only once, since the memory of the paths is released on the way.
 */
export function* tableEntries({ pages }: EntryTableData): Generator<NamedEntry, void> {
  for (const page of pages) yield* new EntryPage(page);
}

class EntryPage implements Iterable<NamedEntry>, Rows {
  readonly view: DataView;
  readonly bytes: Buffer;
  readonly xattrs: Map<number, ReadonlyMap<string, string>>;
  readonly inherited = new Map<number, string>();
  readonly #paths: ArrayBuffer;
  readonly #targets: Buffer;

  constructor({ rows, paths, targets, xattrs }: EntryPageData) {
    this.view = new DataView(rows);
    this.bytes = Buffer.from(rows);
    this.xattrs = xattrs;
    this.#paths = paths;
    this.#targets = Buffer.from(targets);
  }

  *[Symbol.iterator](): Generator<NamedEntry, void> {
    const paths = Buffer.from(this.#paths);
    let start = 0;
    let directory = "";
    let parents: readonly string[] = [];
    for (let row = 0; row < this.view.byteLength; row += ROW_BYTES) {
      const end = start + this.view.getUint32(row + FIELD.pathLength);
      const path = paths.toString("latin1", start, end);
      const slash = path.lastIndexOf("/");
      const above = path.slice(0, Math.max(0, slash));
      if (above !== directory) {
        directory = above;
        parents = above === "" ? [] : above.split("/");
      }
      yield this.#entry(row, { path, parents, name: paths.toString("latin1", start + slash + 1, end) });
      start = end;
    }
    this.#paths.transfer(0);
  }

  target(row: number): string {
    const start = this.view.getFloat64(row + FIELD.target);
    return this.#targets.toString("latin1", start, start + this.view.getUint32(row + FIELD.targetLength));
  }

  #entry(row: number, names: Pick<NamedEntry, "path" | "parents" | "name">): NamedEntry {
    const kind = KINDS[this.view.getUint8(row + FIELD.kind)] ?? "inode";
    const facts = { ...names, inode: new RowInode(this, row), offset: this.view.getFloat64(row + FIELD.offset) };
    return kind === "link" ? { kind, ...facts, target: this.target(row) } : { kind, ...facts };
  }
}
