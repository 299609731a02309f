import { crc32 } from "node:zlib";

/** Flags of a header; the lowest one, FTEXT, is ignored. RFC 1952 §2.3.1 */
const FLAG = { check: 2, extra: 4, name: 8, comment: 16, reserved: 32 } as const;

/**
 * Reads the header of one gzip member, however it is cut into pieces. Refuses what zlib refuses: another magic number,
 * another method, reserved flags, a wrong checksum. RFC 1952 §2.3
 */
export class GzipHeader {
  readonly #reader = readHeader();
  /** Whether the whole header was read. */
  done = false;

  constructor() {
    this.#reader.next();
  }

  /**
   * Reads the bytes that belong to the header; returns how many they are.
   * @throws Error that says in zlib's words why this is not a valid header
   */
  read(bytes: Uint8Array): number {
    let at = 0;
    for (const byte of bytes) {
      if (this.done) break;
      this.done = this.#reader.next(byte).done === true;
      at++;
    }
    return at;
  }
}

type ByByte<Result> = Generator<void, Result, number>;

/** Receives the header byte by byte, and returns at its end. */
function* readHeader(): ByByte<void> {
  const head = [yield, yield];
  if (head[0] !== 0x1f || head[1] !== 0x8b) throw new Error("incorrect header check");
  const method = yield;
  if (method !== 8) throw new Error("unknown compression method");
  const flags = yield;
  if (flags >= FLAG.reserved) throw new Error("unknown header flags set");
  if (has(flags, FLAG.check)) yield* checked([...head, method, flags], readFields(flags));
  else yield* readFields(flags);
}

/** Reads time, extra flags and operating system; then the fields whose flags are set. */
function* readFields(flags: number): ByByte<void> {
  yield* skip(4 + 1 + 1);
  if (has(flags, FLAG.extra)) yield* skip((yield) + 256 * (yield));
  if (has(flags, FLAG.name)) yield* skipText();
  if (has(flags, FLAG.comment)) yield* skipText();
}

function* skip(length: number): ByByte<void> {
  for (let left = length; left > 0; left--) yield;
}

function* skipText(): ByByte<void> {
  while ((yield) !== 0);
}

/** Reads fields, and then the checksum of them and the bytes before them: the lower half of their CRC-32. */
function* checked(before: readonly number[], fields: ByByte<void>): ByByte<void> {
  let check = crc32(Uint8Array.from(before));
  for (let step = fields.next(); !step.done; ) {
    const byte = yield;
    check = crc32(Uint8Array.of(byte), check);
    step = fields.next(byte);
  }
  if ((yield) + 256 * (yield) !== check % 65_536) throw new Error("header crc mismatch");
}

function has(flags: number, flag: number): boolean {
  return Math.floor(flags / flag) % 2 === 1;
}
