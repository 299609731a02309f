import { crc32 } from "node:zlib";
import { type CrcExports, crcInKernel } from "./kernel-crc.ts";
import { instantiateKernel } from "./kernel-module.ts";

/** The exports of assembly/inflate/index.ts. A bit address is a byte address times 8 plus the number of the bit. */
interface InflateExports extends CrcExports {
  readonly INPUT: WebAssembly.Global;
  readonly INPUT_BYTES: WebAssembly.Global;
  readonly BLOCKS: WebAssembly.Global;
  readonly blockCount: WebAssembly.Global;
  /** Bit address of what is read next. */
  readonly at: WebAssembly.Global;
  /** Bit address of the end of the input. */
  readonly end: WebAssembly.Global;
  readonly taken: WebAssembly.Global;
  readonly out: WebAssembly.Global;
  reset(): void;
  makeRoom(): number;
  addInput(length: number): void;
  skipInput(length: number): void;
  inputOffset(): number;
  beginMember(): void;
  run(): number;
}

/** A block that has ended: bit offsets in the blob, byte offset in the tar, kind as in a DeflateMap. */
export type BlockRow = readonly [bitStart: number, bitEnd: number, outStart: number, kind: number];

const ROW_BYTES = 4 * Float64Array.BYTES_PER_ELEMENT;

/**
 * An instance of the inflate kernel: a bounded input buffer, from which deflate streams are inflated, and views of the
 * output.
 */
export class InflateKernel {
  readonly #exports = instantiateKernel<InflateExports>("inflate");
  readonly #memory = new Uint8Array(this.#exports.memory.buffer);
  readonly #blocks = new DataView(this.#exports.memory.buffer, this.#exports.BLOCKS.value);
  readonly #inputEnd = this.#exports.INPUT.value + this.#exports.INPUT_BYTES.value;

  /**
   * Copies as many of the bytes to the input buffer as there is room for; returns how many. That is at least one,
   * unless the buffer is full of unread input.
   */
  write(bytes: Uint8Array): number {
    const address = this.#exports.makeRoom();
    const length = Math.min(bytes.length, this.#inputEnd - address);
    this.#memory.set(length === bytes.length ? bytes : bytes.subarray(0, length), address);
    this.#exports.addInput(length);
    return length;
  }

  /** The unread input, from the next whole byte on: a view, valid until the next call. */
  unread(): Uint8Array {
    return this.#memory.subarray(Math.ceil(this.#exports.at.value / 8), this.#exports.end.value / 8);
  }

  /** Skips unread input, from the next whole byte on. */
  skip(length: number): void {
    this.#exports.skipInput(length);
  }

  /** Byte offset in the blob of the first wholly unread byte. */
  get offset(): number {
    return this.#exports.inputOffset();
  }

  /** Starts a deflate stream at the next unread byte. */
  beginMember(): void {
    this.#exports.beginMember();
  }

  /**
   * Inflates until input or room is needed, the member ends, or damage is found; returns a status. Invalidates the
   * results of {@link made} and {@link blocks} for the last run.
   */
  run(): number {
    return this.#exports.run();
  }

  /** The output of the last run: a view, valid until the next run. */
  made(): Uint8Array {
    return this.#memory.subarray(this.#exports.taken.value, this.#exports.out.value);
  }

  /**
   * The CRC-32 of bytes after others, whose CRC-32 is `crc`; takes a third of zlib's time if the bytes are from
   * {@link made}.
   */
  crc(bytes: Uint8Array, crc: number): number {
    return bytes.buffer === this.#memory.buffer ? crcInKernel(this.#exports, bytes, crc) : crc32(bytes, crc);
  }

  /** The blocks that ended in the last run and produced bytes. */
  *blocks(): Generator<BlockRow> {
    const rows = this.#blocks;
    const end = this.#exports.blockCount.value * ROW_BYTES;
    for (let at = 0; at < end; at += ROW_BYTES) {
      yield [number(rows, at), number(rows, at + 8), number(rows, at + 16), number(rows, at + 24)];
    }
  }

  /** Resets the instance, for the next blob. */
  reset(): void {
    this.#exports.reset();
  }
}

/** WebAssembly's memory is little-endian on every machine, typed arrays are not. */
function number(rows: DataView, at: number): number {
  return rows.getFloat64(at, true);
}
