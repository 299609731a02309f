import { isZero } from "./block.ts";
import type { Header, Refuse } from "./header.ts";
import { type PaxHeader, parsePax } from "./pax.ts";

/** The decoded extension headers before a header. */
export interface Extensions {
  /** Offset in the tar of the first of them. */
  readonly start: number;
  /** The last `x` header; earlier ones have no effect (R1.3). */
  readonly pax: PaxHeader | undefined;
  /** From GNU `L` and `K` headers; "" if there is none. */
  readonly longName: string;
  readonly longLink: string;
  /** Whether there is only one, an `x` header with only plain records and NUL padding. */
  readonly plain: boolean;
}

/** An extension header as read from the tar. */
export interface ExtensionMember {
  readonly header: Header;
  /** Offset of its header block in the tar. */
  readonly offset: number;
  /** Its content and padding. */
  readonly body: Buffer;
}

/** Whether a member with this typeflag is an extension header, which describes the member after it. */
export function isExtension(typeflag: string): boolean {
  return typeflag === "x" || typeflag === "g" || typeflag === "L" || typeflag === "K";
}

/**
 * Adds an extension header to the ones before it. A global header is checked, but has no effect, and discards the ones
 * before it, as in Go (R1.5).
 */
export function extend(
  before: Extensions | undefined,
  member: ExtensionMember,
  refuse: Refuse,
): Extensions | undefined {
  const { header, offset, body } = member;
  const text = body.toString("latin1", 0, header.size);
  const extensions: Extensions = {
    ...(before ?? { start: offset, pax: undefined, longName: "", longLink: "" }),
    plain: false,
  };
  switch (header.typeflag) {
    case "L":
      return { ...extensions, longName: untilNul(text) };
    case "K":
      return { ...extensions, longLink: untilNul(text) };
    case "x": {
      const pax = parsePax(text, refuse);
      return { ...extensions, pax, plain: before === undefined && pax.plain && isZero(body, header.size, body.length) };
    }
    default:
      parsePax(text, refuse);
      return undefined;
  }
}

function untilNul(text: string): string {
  const nul = text.indexOf("\0");
  return nul === -1 ? text : text.slice(0, nul);
}
