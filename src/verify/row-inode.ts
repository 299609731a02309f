import type { FileType, Inode, LayerEntry } from "./file-entry.ts";
import { NO_XATTRS } from "./pax-body.ts";

/** Where the fields of a row begin, in bytes; numbers are big-endian. */
export const FIELD = {
  content: 0,
  seconds: 32,
  size: 40,
  offset: 48,
  target: 56,
  pathLength: 64,
  targetLength: 68,
  uid: 72,
  gid: 76,
  nanoseconds: 80,
  major: 84,
  minor: 88,
  names: 92,
  mode: 96,
  kind: 98,
  type: 99,
  contentLength: 100,
} as const;

export const ROW_BYTES = 101;

/** Kinds of entries, by their number in a row. */
export const KINDS: readonly LayerEntry["kind"][] = ["inode", "link", "whiteout", "opaque", "aside"];

/** The table that rows are part of; a row is identified by its byte offset. */
export interface Rows {
  readonly view: DataView;
  /** The same memory. */
  readonly bytes: Buffer;
  /** Of the rows that have any. */
  readonly xattrs: Map<number, ReadonlyMap<string, string>>;
  /** See {@link Inode.inherited}. */
  readonly inherited: Map<number, string>;
  /** The target of the link of a row. */
  target(row: number): string;
}

/** An inode that is a view of a row: setting a field changes the row. */
export class RowInode implements Inode {
  readonly #rows: Rows;
  readonly #row: number;

  constructor(rows: Rows, row: number) {
    this.#rows = rows;
    this.#row = row;
  }

  get kind(): "inode" {
    return "inode";
  }

  get type(): FileType {
    return String.fromCharCode(this.#rows.view.getUint8(this.#row + FIELD.type)) as FileType;
  }

  get mode(): number {
    return this.#rows.view.getUint16(this.#row + FIELD.mode);
  }

  set mode(mode: number) {
    this.#rows.view.setUint16(this.#row + FIELD.mode, mode);
  }

  get uid(): number {
    return this.#rows.view.getUint32(this.#row + FIELD.uid);
  }

  set uid(uid: number) {
    this.#rows.view.setUint32(this.#row + FIELD.uid, uid);
  }

  get gid(): number {
    return this.#rows.view.getUint32(this.#row + FIELD.gid);
  }

  set gid(gid: number) {
    this.#rows.view.setUint32(this.#row + FIELD.gid, gid);
  }

  get seconds(): number {
    return this.#rows.view.getFloat64(this.#row + FIELD.seconds);
  }

  set seconds(seconds: number) {
    this.#rows.view.setFloat64(this.#row + FIELD.seconds, seconds);
  }

  get nanoseconds(): number {
    return this.#rows.view.getUint32(this.#row + FIELD.nanoseconds);
  }

  set nanoseconds(nanoseconds: number) {
    this.#rows.view.setUint32(this.#row + FIELD.nanoseconds, nanoseconds);
  }

  get size(): number {
    return this.#rows.view.getFloat64(this.#row + FIELD.size);
  }

  get content(): string {
    const start = this.#row + FIELD.content;
    return this.#rows.bytes.toString(
      "latin1",
      start,
      start + this.#rows.view.getUint8(this.#row + FIELD.contentLength),
    );
  }

  get target(): string {
    return this.type === "l" ? this.#rows.target(this.#row) : "";
  }

  get major(): number {
    return this.#rows.view.getUint32(this.#row + FIELD.major);
  }

  get minor(): number {
    return this.#rows.view.getUint32(this.#row + FIELD.minor);
  }

  get names(): number {
    return this.#rows.view.getUint32(this.#row + FIELD.names);
  }

  set names(names: number) {
    this.#rows.view.setUint32(this.#row + FIELD.names, names);
  }

  get xattrs(): ReadonlyMap<string, string> {
    return this.#rows.xattrs.get(this.#row) ?? NO_XATTRS;
  }

  set xattrs(xattrs: ReadonlyMap<string, string>) {
    this.#rows.xattrs.set(this.#row, xattrs);
  }

  get inherited(): string | undefined {
    return this.#rows.inherited.get(this.#row);
  }

  set inherited(acl: string | undefined) {
    if (acl !== undefined) this.#rows.inherited.set(this.#row, acl);
    else if (this.#rows.inherited.size > 0) this.#rows.inherited.delete(this.#row);
  }
}
