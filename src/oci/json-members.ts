/** A half-open range in bytes of a document. */
export interface JsonRange {
  readonly start: number;
  readonly end: number;
}

/** One `"name": value` of an object. */
export interface JsonMember extends JsonRange {
  /** Decoded, so that `"\u0061"` is `a`. */
  readonly name: string;
  readonly value: JsonRange;
}

/**
 * The members of the object at an offset, in their order, including duplicates. Linear in the object's bytes; unlike a
 * syntax tree, nested values take no memory, which matters for hostile documents. The bytes must be valid JSON.
 */
export function jsonMembers(json: Uint8Array, start: number): JsonMember[] {
  const members: JsonMember[] = [];
  for (let at = skipSpace(json, start + 1); json[at] !== CLOSE_BRACE; at = nextItem(json, at)) {
    const nameEnd = stringEnd(json, at);
    const valueStart = skipSpace(json, skipSpace(json, nameEnd) + 1);
    const value = { start: valueStart, end: valueEnd(json, valueStart) };
    members.push({ name: JSON.parse(DECODER.decode(json.subarray(at, nameEnd))), start: at, end: value.end, value });
    at = value.end;
  }
  return members;
}

/** The elements of the array at an offset, as ranges of the document's bytes. The bytes must be valid JSON. */
export function jsonElements(json: Uint8Array, start: number): JsonRange[] {
  const elements: JsonRange[] = [];
  for (let at = skipSpace(json, start + 1); json[at] !== CLOSE_BRACKET; at = nextItem(json, at)) {
    const element = { start: at, end: valueEnd(json, at) };
    elements.push(element);
    at = element.end;
  }
  return elements;
}

/** The offset of the first byte at or after `at` that is not white space. RFC 8259 §2 */
export function skipSpace(json: Uint8Array, at: number): number {
  let offset = at;
  while (json[offset] === 0x20 || json[offset] === 0x0a || json[offset] === 0x0d || json[offset] === 0x09) offset++;
  return offset;
}

/**
 * The depth to which objects and arrays are nested, counted without recursion, up to one more than `enough`. The bytes
 * need not be valid JSON.
 */
export function jsonDepth(json: Uint8Array, enough: number): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < json.length && deepest <= enough; at++) {
    const byte = json[at];
    if (byte === QUOTE) at = stringEnd(json, at) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) deepest = Math.max(deepest, ++depth);
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return deepest;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

/** The offset of the next item after a value; of the closing bracket if there is none. */
function nextItem(json: Uint8Array, at: number): number {
  const next = skipSpace(json, at);
  return json[next] === COMMA ? skipSpace(json, next + 1) : next;
}

/** The offset after the closing quote of the string at `at`; the end of the bytes if it is not closed. */
function stringEnd(json: Uint8Array, at: number): number {
  let offset = at + 1;
  while (offset < json.length && json[offset] !== QUOTE) offset += json[offset] === BACKSLASH ? 2 : 1;
  return Math.min(offset + 1, json.length);
}

function valueEnd(json: Uint8Array, at: number): number {
  const first = json[at];
  if (first === QUOTE) return stringEnd(json, at);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return containerEnd(json, at);
  let offset = at;
  while (offset < json.length && !endsScalar(json[offset] ?? COMMA)) offset++;
  return offset;
}

function containerEnd(json: Uint8Array, at: number): number {
  let depth = 0;
  for (let offset = at; offset < json.length; offset++) {
    const byte = json[offset];
    if (byte === QUOTE) offset = stringEnd(json, offset) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return offset + 1;
  }
  return json.length;
}

function endsScalar(byte: number): boolean {
  return byte <= 0x20 || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET;
}
