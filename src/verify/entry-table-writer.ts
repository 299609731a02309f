import type { EntryPageData, EntryTableData } from "./entry-table.ts";
import type { LayerEntry } from "./file-entry.ts";
import { FIELD, KINDS, ROW_BYTES } from "./row-inode.ts";

const PAGE_ENTRIES = 2048;

/** Writes the entries of a layer into a table. */
export class EntryTableWriter {
  readonly #pages: EntryPageData[] = [];
  #page = new PageWriter();

  add(entry: LayerEntry): void {
    if (this.#page.entries === PAGE_ENTRIES) {
      this.#pages.push(this.#page.data());
      this.#page = new PageWriter();
    }
    this.#page.add(entry);
  }

  /** All that was added; may be called once. */
  data(tarBytes: number): EntryTableData {
    return { tarBytes, pages: [...this.#pages, this.#page.data()] };
  }
}

class PageWriter {
  entries = 0;
  readonly #rows = new GrowingBytes();
  readonly #paths = new GrowingBytes();
  readonly #targets = new GrowingBytes();
  readonly #xattrs = new Map<number, ReadonlyMap<string, string>>();

  add(entry: LayerEntry): void {
    const { path, inode, offset } = entry;
    const target = entry.kind === "link" ? entry.target : inode.target;
    this.entries += 1;
    const row = this.#rows.extend(ROW_BYTES);
    const { bytes, view } = this.#rows;
    bytes.write(inode.content, row + FIELD.content, "latin1");
    view.setUint8(row + FIELD.contentLength, inode.content.length);
    view.setFloat64(row + FIELD.seconds, inode.seconds);
    view.setFloat64(row + FIELD.size, inode.size);
    view.setFloat64(row + FIELD.offset, offset);
    view.setFloat64(row + FIELD.target, this.#targets.append(target));
    this.#paths.append(path);
    view.setUint32(row + FIELD.pathLength, path.length);
    view.setUint32(row + FIELD.targetLength, target.length);
    view.setUint32(row + FIELD.uid, inode.uid);
    view.setUint32(row + FIELD.gid, inode.gid);
    view.setUint32(row + FIELD.nanoseconds, inode.nanoseconds);
    view.setUint32(row + FIELD.major, inode.major);
    view.setUint32(row + FIELD.minor, inode.minor);
    view.setUint32(row + FIELD.names, inode.names);
    view.setUint16(row + FIELD.mode, inode.mode);
    view.setUint8(row + FIELD.kind, KINDS.indexOf(entry.kind));
    view.setUint8(row + FIELD.type, inode.type.charCodeAt(0));
    if (inode.xattrs.size > 0) this.#xattrs.set(row, inode.xattrs);
  }

  /** All that was added; once. */
  data(): EntryPageData {
    const [rows, paths, targets] = [this.#rows.finish(), this.#paths.finish(), this.#targets.finish()];
    return { rows, paths, targets, xattrs: this.#xattrs };
  }
}

/** A buffer that grows. */
class GrowingBytes {
  bytes = Buffer.from(new ArrayBuffer(64 * 1024));
  /** The same memory. */
  view = new DataView(this.bytes.buffer);
  #length = 0;

  /** Makes room for more bytes and returns their offset. */
  extend(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.bytes.length) {
      const size = Math.max(this.#length, this.bytes.length * 2);
      this.bytes = Buffer.from((this.bytes.buffer as ArrayBuffer).transfer(size));
      this.view = new DataView(this.bytes.buffer);
    }
    return start;
  }

  /** Adds a text of one byte a char and returns its offset. */
  append(text: string): number {
    const start = this.extend(text.length);
    if (text !== "") this.bytes.write(text, start, "latin1");
    return start;
  }

  finish(): ArrayBuffer {
    return (this.bytes.buffer as ArrayBuffer).transfer(this.#length);
  }
}
