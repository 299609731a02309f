const NUL = 0x00;
const SPACE = 0x20;
const DIGIT_0 = 0x30;
const DIGIT_7 = 0x37;

/**
 * Reads a number field of a header block: octal digits between NULs and spaces, an empty field being 0, or GNU's
 * base-256 (R1.2). NaN if it is malformed, or outside ±2^53, where a number is not exact.
 */
export function parseNumeric(block: Uint8Array, start: number, width: number): number {
  return isBase256(block, start) ? parseBase256(block.subarray(start, start + width)) : parseOctal(block, start, width);
}

/** Tells whether a number field is in base-256. */
export function isBase256(block: Uint8Array, start: number): boolean {
  return (block[start] ?? 0) >= 0x80;
}

/** Reads a number field that can only be octal, such as the checksum. NaN if it is malformed. */
export function parseOctal(block: Uint8Array, start: number, width: number): number {
  let at = start;
  let end = start + width;
  while (at < end && isFiller(block[at])) at += 1;
  while (end > at && isFiller(block[end - 1])) end -= 1;
  let value = 0;
  for (; at < end; at += 1) {
    const digit = block[at] ?? 0;
    // Go takes the text between the fillers as a C string: it ignores whatever follows a NUL.
    if (digit === NUL) break;
    if (digit < DIGIT_0 || digit > DIGIT_7) return Number.NaN;
    value = value * 8 + (digit - DIGIT_0);
  }
  return value;
}

/** Reads a decimal number with an optional sign, as in pax records. NaN if it is malformed or outside ±2^53. */
export function parseDecimal(text: string): number {
  if (!/^[+-]?[0-9]+$/.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value + 0 : Number.NaN;
}

function isFiller(byte: number | undefined): boolean {
  return byte === NUL || byte === SPACE;
}

/** Two's complement, big-endian; the top bit of the first byte marks base-256, the next one is the sign. */
function parseBase256(field: Uint8Array): number {
  const first = field[0] ?? 0;
  const negative = first % 0x80 >= 0x40;
  // A negative number -1 - x is stored as the bitwise inverse of x.
  let value = negative ? 0x7f - (first % 0x80) : first % 0x80;
  for (const byte of field.subarray(1)) value = value * 256 + (negative ? 0xff - byte : byte);
  const result = negative ? -1 - value : value;
  return Number.isSafeInteger(result) ? result : Number.NaN;
}
