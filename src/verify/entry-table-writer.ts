import type { EntryTableData } from "./entry-table.ts";
import type { LayerEntry } from "./file-entry.ts";
import { FIELD, KINDS, ROW_BYTES } from "./row-inode.ts";

/** Writes the entries of a layer into a table. */
export class EntryTableWriter {
  readonly #rows = new GrowingBytes();
  readonly #paths = new GrowingBytes();
  readonly #targets = new GrowingBytes();
  readonly #xattrs = new Map<number, ReadonlyMap<string, string>>();

  add(entry: LayerEntry): void {
    const { path, inode, offset } = entry;
    const target = entry.kind === "link" ? entry.target : inode.target;
    const row = this.#rows.extend(ROW_BYTES);
    const { bytes } = this.#rows;
    bytes.write(inode.content, row + FIELD.content, "latin1");
    bytes.writeUInt8(inode.content.length, row + FIELD.contentLength);
    bytes.writeDoubleBE(inode.seconds, row + FIELD.seconds);
    bytes.writeDoubleBE(inode.size, row + FIELD.size);
    bytes.writeDoubleBE(offset, row + FIELD.offset);
    bytes.writeDoubleBE(this.#targets.append(target), row + FIELD.target);
    this.#paths.append(path);
    bytes.writeUInt32BE(path.length, row + FIELD.pathLength);
    bytes.writeUInt32BE(target.length, row + FIELD.targetLength);
    bytes.writeUInt32BE(inode.uid, row + FIELD.uid);
    bytes.writeUInt32BE(inode.gid, row + FIELD.gid);
    bytes.writeUInt32BE(inode.nanoseconds, row + FIELD.nanoseconds);
    bytes.writeUInt32BE(inode.major, row + FIELD.major);
    bytes.writeUInt32BE(inode.minor, row + FIELD.minor);
    bytes.writeUInt32BE(inode.names, row + FIELD.names);
    bytes.writeUInt16BE(inode.mode, row + FIELD.mode);
    bytes.writeUInt8(KINDS.indexOf(entry.kind), row + FIELD.kind);
    bytes.writeUInt8(inode.type.charCodeAt(0), row + FIELD.type);
    if (inode.xattrs.size > 0) this.#xattrs.set(row, inode.xattrs);
  }

  /** All that was added; once. */
  data(tarBytes: number): EntryTableData {
    const [rows, paths, targets] = [this.#rows.finish(), this.#paths.finish(), this.#targets.finish()];
    return { tarBytes, rows, paths, targets, xattrs: this.#xattrs };
  }
}

/** Bytes whose number is not known before. */
class GrowingBytes {
  bytes = Buffer.from(new ArrayBuffer(64 * 1024));
  #length = 0;

  /** Makes room for more bytes, whose offset it returns. */
  extend(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.bytes.length) {
      const size = Math.max(this.#length, this.bytes.length * 2);
      this.bytes = Buffer.from((this.bytes.buffer as ArrayBuffer).transfer(size));
    }
    return start;
  }

  /** Adds a text of one byte a char, whose offset it returns. */
  append(text: string): number {
    const start = this.extend(text.length);
    this.bytes.write(text, start, "latin1");
    return start;
  }

  finish(): ArrayBuffer {
    return (this.bytes.buffer as ArrayBuffer).transfer(this.#length);
  }
}
