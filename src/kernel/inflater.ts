import { damagedGzip, GZIP_PADDED, trailingGarbage } from "../compression/gzip-faults.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { DeflateMap } from "./deflate-map.ts";
import { DeflateMapBuilder } from "./deflate-map-builder.ts";
import { GzipHeader } from "./gzip-header.ts";
import { MemberCheck, TRAILER_BYTES } from "./gzip-trailer.ts";
import { InflateKernel } from "./inflate-kernel.ts";
import { describeDamage, STATUS } from "./status.ts";

/** Receives bytes of the tar, in order: a view of kernel memory, valid during the call only. */
export type TakeBytes = (bytes: Uint8Array) => void;

/** The result of inflating a gzip blob. */
export interface Inflated {
  readonly map: DeflateMap;
  /** Bytes of the tar. */
  readonly size: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** The part of the blob that comes next. */
type Part = "header" | "deflate" | "trailer" | "between" | "padding";

/**
 * Inflates one gzip blob after another, and records where the blocks of each are. It accepts and refuses the same blobs
 * as gunzip: any number of members, whose checksums and lengths are verified, then zero bytes, which give a diagnostic
 * (R8.2). Uses 640 KiB of memory. After an error it cannot be used until it is reset. RFC 1952
 */
export class Inflater {
  readonly #kernel = new InflateKernel();
  #part: Part = "header";
  #header = new GzipHeader();
  #check = this.#newCheck();
  #map = new DeflateMapBuilder();
  #size = 0;
  #take: TakeBytes = () => {};

  /**
   * Inflates a piece of the blob synchronously. When it returns, all output for the bytes so far has been passed to
   * `take`, about 256 KiB per call.
   * @throws ImageInvalidError GZIP_INVALID
   */
  push(input: Uint8Array, take: TakeBytes): void {
    this.#take = take;
    for (let at = 0; at < input.length; ) {
      at += this.#kernel.write(input.subarray(at));
      while (this.#step());
    }
  }

  /**
   * Call it at the end of the blob.
   * @throws ImageInvalidError GZIP_INVALID if the blob ends too early
   */
  finish(): Inflated {
    if (this.#part !== "between" && this.#part !== "padding") throw this.#damaged("unexpected end of file");
    const diagnostics = this.#part === "padding" ? [GZIP_PADDED] : [];
    return { map: this.#map.finish(), size: this.#size, diagnostics };
  }

  /**
   * The CRC-32 of bytes after others, whose CRC-32 is `crc`: faster than zlib's for the bytes that `take` is given,
   * during that call.
   */
  crc(bytes: Uint8Array, crc: number): number {
    return this.#kernel.crc(bytes, crc);
  }

  /** Discards the current blob, in any state; the inflater can then be used for the next one. */
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

  /** Processes the part that comes next; returns false if it needs more input. */
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
   * Format: members follow one another with nothing in between (RFC 1952 §2.2). A zero byte after a member is the
   * beginning of padding.
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

  /** Runs a check, and converts its error to one with the offset. */
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
