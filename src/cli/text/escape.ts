/** Matches ASCII, a well-formed UTF-8 sequence, or else a single byte, in a text of one char per byte. RFC 3629 §4 */
const UTF8_SEQUENCE =
  /[^\x80-\xff]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/**
 * Characters that could move the cursor, hide, reorder or join text: controls, format characters (bidi, zero width),
 * separators, and characters without a glyph.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Fast path for most names. */
const PRINTABLE = /^[\x20-\x7e]*$/;

const SHORT: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/**
 * Makes untrusted text safe to show on one line: control, bidi and invisible characters are shown as `\n`, `\x1b` or
 * `\u{202e}`.
 */
export function escapeText(text: string): string {
  return text.replace(UNPRINTABLE, escapeChar);
}

/** {@link escapeText} for text of several lines: newlines and tabs stay. */
export function escapeLines(text: string): string {
  return text.replace(UNPRINTABLE, (char) => (char === "\n" || char === "\t" ? char : escapeChar(char)));
}

/** {@link escapeLines} for coloured text: only the colour sequences that views use stay. */
export function escapePainted(text: string): string {
  return text
    .split(PAINTED)
    .map((part, at) => (at % 2 === 1 ? part : escapeLines(part)))
    .join("");
}

/** What styleText puts around the colours of a Paint: bold, dim, red, green, yellow, cyan. ECMA-48 §8.3.117 */
const PAINTED = new RegExp(`(${String.fromCharCode(0x1b)}\\[(?:1|2|22|3[1236]|39)m)`);

/** {@link escapeText} for a path of one char per byte: UTF-8 is decoded, every other byte is shown as `\xNN`. */
export function escapePath(path: string): string {
  if (PRINTABLE.test(path)) return path;
  return path.replace(UTF8_SEQUENCE, (sequence) =>
    sequence.length === 1 && sequence > "\x7f" ? byteEscape(sequence) : escapeText(decodeUtf8(sequence)),
  );
}

/** Without Buffer, since the report page uses this module in browsers. */
function decodeUtf8(latin1: string): string {
  return utf8.decode(Uint8Array.from(latin1, (byte) => byte.charCodeAt(0)));
}

function escapeChar(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return SHORT[char] ?? (code <= 0xff ? byteEscape(char) : `\\u{${code.toString(16)}}`);
}

function byteEscape(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
