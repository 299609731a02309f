import type { ByteRange } from "../bytes/byte-stream.ts";
import { ImageInvalidError } from "../errors.ts";

/**
 * Base-2 logarithm of the largest window that is decoded: 512 MiB, the limit of the decoder in Docker and containerd.
 * Only as much memory is used as a layer fills.
 */
export const MAX_WINDOW_LOG = 29;

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const MAX_BLOCK = 128 * 1024;

/** A complete header: its length, how many bytes after it can be skipped unread, and what follows those. */
interface Header {
  readonly length: number;
  readonly body: number;
  readonly next: State;
}

/** Bytes to decode, of one frame only. */
export interface FramePart {
  readonly bytes: Uint8Array;
  /** The frame that ends with these bytes, in bytes of the compressed stream; undefined if it continues. */
  readonly frame?: ByteRange | undefined;
}

/** What follows the bytes being skipped: a frame, a block, the end of a frame, or the end of a skippable frame. */
type State = "frame" | "block" | "frameEnd" | "skippedEnd";

/**
 * Finds the frames of a zstd stream by its frame and block headers, without decoding contents. Needed because Node's
 * decoder drops whatever follows the first frame of a write, and does not notice a truncated input. RFC 8878 §3.1
 */
export class ZstdFrameWalker {
  #state: State = "frame";
  /** Bytes to skip before `#state` applies. */
  #body = 0;
  #checksum = false;
  /** The beginning of an incomplete header; the next piece continues it. */
  #held: Uint8Array = new Uint8Array(0);
  /** Offset in the compressed stream of the next byte to examine. */
  #offset = 0;
  /** Offset in the compressed stream at which the current frame begins. */
  #frameStart = 0;

  /**
   * Splits a piece into parts to decode, each of one frame only; skippable frames are left out.
   * @throws ImageInvalidError ZSTD_INVALID, IMAGE_UNSUPPORTED
   */
  split(piece: Uint8Array): FramePart[] {
    const bytes = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    const parts: FramePart[] = [];
    let start = 0;
    let at = 0;
    for (;;) {
      const passed = Math.min(this.#body, bytes.length - at);
      at += passed;
      this.#body -= passed;
      if (this.#body > 0) break;
      if (this.#state === "frameEnd") {
        parts.push({ bytes: bytes.subarray(start, at), frame: { start: this.#frameStart, end: this.#offset + at } });
      }
      if (this.#state === "frameEnd" || this.#state === "skippedEnd") {
        this.#state = "frame";
        this.#frameStart = this.#offset + at;
        start = at;
      }
      const header = this.#readHeader(bytes.subarray(at, at + MAX_HEADER), this.#offset + at);
      if (header === undefined) break;
      at += header.length;
      this.#body = header.body;
      this.#state = header.next;
    }
    if (at > start && this.#state !== "skippedEnd") parts.push({ bytes: bytes.subarray(start, at) });
    this.#held = Uint8Array.from(bytes.subarray(at));
    this.#offset += at;
    return parts;
  }

  /** @throws ImageInvalidError ZSTD_INVALID unless the stream ended where a frame ended */
  finish(): void {
    if (this.#state === "frame" && this.#held.length === 0) return;
    throw invalid("the zstd stream ends inside a frame", this.#offset + this.#held.length);
  }

  #readHeader(bytes: Uint8Array, offset: number): Header | undefined {
    return this.#state === "block" ? this.#readBlock(bytes, offset) : this.#readFrame(bytes, offset);
  }

  #readFrame(bytes: Uint8Array, offset: number): Header | undefined {
    if (bytes.length < 4) return undefined;
    const magic = littleEndian(bytes, 0, 4);
    if (magic - (magic % 16) === SKIPPABLE_MAGIC) {
      return bytes.length < 8 ? undefined : { length: 8, body: littleEndian(bytes, 4, 4), next: "skippedEnd" };
    }
    if (magic !== FRAME_MAGIC) throw invalid("something other than a frame follows in the zstd stream", offset);
    const fields = bytes[4] === undefined ? undefined : descriptorFields(bytes[4]);
    if (fields === undefined || bytes.length < fields.headerLength) return undefined;
    refuseUndecodable(bytes, fields, offset);
    this.#checksum = fields.checksum;
    return { length: fields.headerLength, body: 0, next: "block" };
  }

  /** RFC 8878 §3.1.1.2: the last-block bit, two bits of type, 21 of size. */
  #readBlock(bytes: Uint8Array, offset: number): Header | undefined {
    if (bytes.length < 3) return undefined;
    const value = littleEndian(bytes, 0, 3);
    const last = value % 2 === 1;
    const type = Math.floor(value / 2) % 4;
    const size = Math.floor(value / 8);
    if (type === 3 || size > MAX_BLOCK) throw invalid("a zstd block of an impossible kind or size", offset);
    const content = type === 1 ? 1 : size;
    return { length: 3, body: content + (last && this.#checksum ? 4 : 0), next: last ? "frameEnd" : "block" };
  }
}

/** Bytes of the longest frame header: magic number, descriptor, window, dictionary, content size. */
const MAX_HEADER = 4 + 1 + 1 + 4 + 8;

/**
 * What a frame header's descriptor says, with the places of the other fields, counted from the magic number. Its bits,
 * highest first: 2 content size, 1 single segment, 1 unused, 1 reserved, 1 checksum, 2 dictionary. RFC 8878 §3.1.1.1.1
 */
function descriptorFields(descriptor: number) {
  const single = Math.floor(descriptor / 32) % 2 === 1;
  const sizeFlag = Math.floor(descriptor / 64);
  const contentSizeLength = sizeFlag === 0 ? (single ? 1 : 0) : 2 ** sizeFlag;
  const dictionaryLength = [0, 1, 2, 4][descriptor % 4] ?? 0;
  const dictionaryAt = 4 + 1 + (single ? 0 : 1);
  const contentSizeAt = dictionaryAt + dictionaryLength;
  return {
    single,
    dictionaryAt,
    dictionaryLength,
    contentSizeAt,
    contentSizeLength,
    headerLength: contentSizeAt + contentSizeLength,
    reserved: Math.floor(descriptor / 8) % 2 === 1,
    checksum: Math.floor(descriptor / 4) % 2 === 1,
  };
}

/** Refuses frames that cannot be decoded here. */
function refuseUndecodable(header: Uint8Array, fields: ReturnType<typeof descriptorFields>, offset: number): void {
  const { single, dictionaryAt, dictionaryLength, contentSizeAt, contentSizeLength } = fields;
  if (fields.reserved) throw invalid("a zstd frame with the reserved bit set", offset);
  if (littleEndian(header, dictionaryAt, dictionaryLength) !== 0) {
    throw unsupported("a zstd frame needs a dictionary that is not in the image", offset);
  }
  const contentSize = littleEndian(header, contentSizeAt, contentSizeLength) + (contentSizeLength === 2 ? 256 : 0);
  const window = single ? contentSize : windowSize(header[5] ?? 0);
  if (window > 2 ** MAX_WINDOW_LOG) {
    throw unsupported("a zstd frame needs more than 512 MiB of window", offset, {
      allowed: 2 ** MAX_WINDOW_LOG,
      actual: window,
    });
  }
}

/** RFC 8878 §3.1.1.1.2 */
function windowSize(descriptor: number): number {
  const base = 2 ** (10 + Math.floor(descriptor / 8));
  return base + (base / 8) * (descriptor % 8);
}

function littleEndian(bytes: Uint8Array, start: number, length: number): number {
  let value = 0;
  for (let index = length - 1; index >= 0; index--) value = value * 256 + (bytes[start + index] ?? 0);
  return value;
}

function invalid(message: string, compressedOffset: number): ImageInvalidError {
  return new ImageInvalidError("ZSTD_INVALID", message, { details: { compressedOffset } });
}

function unsupported(
  message: string,
  compressedOffset: number,
  details: Record<string, number> = {},
): ImageInvalidError {
  const hint = "Compress the layer again with a smaller window and without a dictionary.";
  return new ImageInvalidError("IMAGE_UNSUPPORTED", message, { details: { compressedOffset, hint, ...details } });
}
