/** Well-formed UTF-8 sequences in a text of one char a byte, or else a single byte. RFC 3629 §4 */
const UTF8_SEQUENCE =
  /[^\x80-\xff]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/**
 * What could move the cursor, hide, reorder or join text: controls, format characters (bidi, zero width), separators,
 * what has no glyph.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Most names: nothing in them has to be looked at twice. */
const PRINTABLE = /^[\x20-\x7e]*$/;

const SHORT: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/**
 * Makes text that a stranger wrote safe to show: one line, no control, bidi or invisible character, each shown as `\n`,
 * `\x1b` or `\u{202e}`.
 */
export function escapeText(text: string): string {
  return text.replace(UNPRINTABLE, escapeChar);
}

/** The same for a text of several lines: newlines and tabulators stay. */
export function escapeLines(text: string): string {
  return text.replace(UNPRINTABLE, (char) => (char === "\n" || char === "\t" ? char : escapeChar(char)));
}

/** {@link escapeLines} for text that may be painted: the colours that a view uses stay, and no other sequence. */
export function escapePainted(text: string): string {
  return text
    .split(PAINTED)
    .map((part, at) => (at % 2 === 1 ? part : escapeLines(part)))
    .join("");
}

/** What styleText puts around the colours of a Paint: bold, dim, red, green, yellow, cyan. ECMA-48 §8.3.117 */
const PAINTED = new RegExp(`(${String.fromCharCode(0x1b)}\\[(?:1|2|22|3[1236]|39)m)`);

/** The same for a path of one char a byte: UTF-8 is shown as the characters it means, every other byte as `\xNN`. */
export function escapePath(path: string): string {
  if (PRINTABLE.test(path)) return path;
  const shown = path.replace(UTF8_SEQUENCE, (sequence) =>
    sequence.length === 1 && sequence > "\x7f" ? byteEscape(sequence) : escapeText(decodeUtf8(sequence)),
  );
  return shown;
}

/** Without Buffer, since the report page, which runs in browsers, shows paths in the same way. */
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
