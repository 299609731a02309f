import { damagedGzip, GZIP_PADDED, trailingGarbage } from "../compression/gzip-faults.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { DeflateMap } from "./deflate-map.ts";
import { DeflateMapBuilder } from "./deflate-map-builder.ts";
import { GzipHeader } from "./gzip-header.ts";
import { MemberCheck, TRAILER_BYTES } from "./gzip-trailer.ts";
import { InflateKernel } from "./inflate-kernel.ts";
import { describeDamage, STATUS } from "./status.ts";

/** Takes bytes of the tar, in order: a view of kernel memory, valid during the call only. */
export type TakeBytes = (bytes: Uint8Array) => void;

/** What is known of a gzip blob once it was inflated. */
export interface Inflated {
  readonly map: DeflateMap;
  /** Bytes of the tar. */
  readonly size: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Inflates one gzip blob after another, and says where the blocks of each lie. After an error it is good for nothing
 * until it is reset.
 */
export interface Inflater {
  /**
   * Inflates a piece of the blob: all that can be made of the bytes so far has gone to `take`, at most 256 KiB a call,
   * when it returns. It works as fast as `take` does.
   * @throws ImageInvalidError GZIP_INVALID
   */
  push(input: Uint8Array, take: TakeBytes): void;
  /**
   * The blob has ended.
   * @throws ImageInvalidError GZIP_INVALID where it ends too early
   */
  finish(): Inflated;
  /**
   * The CRC-32 of bytes, after others whose CRC-32 is given: at the speed of memory for what `take` is given, while it
   * has it.
   */
  crc(bytes: Uint8Array, crc: number): number;
  /** Forgets the blob, whatever became of it; the memory serves for the next one. */
  reset(): void;
}

/**
 * An inflater with 640 KiB of memory. It reads what gunzip reads and refuses what it refuses: any number of members,
 * each with its check sum and length verified, then zero bytes, which give a diagnostic (R8.2). RFC 1952
 */
export function createInflater(): Inflater {
  return new KernelInflater();
}

/** What of the blob comes next. */
type Part = "header" | "deflate" | "trailer" | "between" | "padding";

class KernelInflater implements Inflater {
  readonly #kernel = new InflateKernel();
  #part: Part = "header";
  #header = new GzipHeader();
  #check = this.#newCheck();
  #map = new DeflateMapBuilder();
  #size = 0;
  #take: TakeBytes = () => {};

  push(input: Uint8Array, take: TakeBytes): void {
    this.#take = take;
    for (let at = 0; at < input.length; ) {
      at += this.#kernel.write(input.subarray(at));
      while (this.#step());
    }
  }

  finish(): Inflated {
    if (this.#part !== "between" && this.#part !== "padding") throw this.#damaged("unexpected end of file");
    const diagnostics = this.#part === "padding" ? [GZIP_PADDED] : [];
    return { map: this.#map.finish(), size: this.#size, diagnostics };
  }

  crc(bytes: Uint8Array, crc: number): number {
    return this.#kernel.crc(bytes, crc);
  }

  reset(): void {
    this.#kernel.reset();
    this.#part = "header";
    this.#header = new GzipHeader();
    this.#map = new DeflateMapBuilder();
    this.#size = 0;
  }

  #newCheck(): MemberCheck {
    return new MemberCheck((bytes, crc) => this.#kernel.crc(bytes, crc));
  }

  /** Goes on with the part that comes next; false where it needs more input. */
  #step(): boolean {
    switch (this.#part) {
      case "header":
        return this.#readHeader();
      case "deflate":
        return this.#inflate();
      case "trailer":
        return this.#readTrailer();
      case "between":
        return this.#chooseNext();
      case "padding":
        return this.#skipPadding();
    }
  }

  #readHeader(): boolean {
    this.#attempt(() => this.#kernel.skip(this.#header.read(this.#kernel.unread())));
    if (!this.#header.done) return false;
    this.#check = this.#newCheck();
    this.#map.beginMember(this.#size);
    this.#kernel.beginMember();
    this.#part = "deflate";
    return true;
  }

  #inflate(): boolean {
    const status = this.#kernel.run();
    if (status < 0) throw this.#damaged(describeDamage(status));
    const made = this.#kernel.made();
    for (const block of this.#kernel.blocks()) this.#map.add(block);
    this.#check.add(made);
    this.#size += made.length;
    if (status === STATUS.memberEnded) this.#part = "trailer";
    if (made.length > 0) this.#take(made);
    return status !== STATUS.needInput;
  }

  #readTrailer(): boolean {
    const unread = this.#kernel.unread();
    if (unread.length < TRAILER_BYTES) return false;
    this.#attempt(() => this.#check.verify(unread));
    this.#kernel.skip(TRAILER_BYTES);
    this.#part = "between";
    return true;
  }

  /**
   * Format: members follow one another without anything between them. Another one begins unless a zero byte says that
   * padding does. RFC 1952 §2.2
   */
  #chooseNext(): boolean {
    const [byte] = this.#kernel.unread();
    if (byte === undefined) return false;
    this.#header = new GzipHeader();
    this.#part = byte === 0 ? "padding" : "header";
    return true;
  }

  #skipPadding(): boolean {
    const unread = this.#kernel.unread();
    const at = unread.findIndex((byte) => byte !== 0);
    if (at >= 0) throw trailingGarbage(this.#kernel.offset + at);
    this.#kernel.skip(unread.length);
    return false;
  }

  /** Runs a check that knows no offsets. */
  #attempt(check: () => void): void {
    try {
      check();
    } catch (cause) {
      throw this.#damaged(cause instanceof Error ? cause.message : String(cause), cause);
    }
  }

  #damaged(reason: string, cause?: unknown): Error {
    return damagedGzip({ reason, compressedOffset: this.#kernel.offset, cause });
  }
}
