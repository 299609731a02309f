import { ownText } from "../bytes/own-text.ts";
import { tarFault } from "./tar-fault.ts";

/** What pax records say about the next member: the last value of each key, one char a byte. */
export interface PaxRecords {
  readonly values: ReadonlyMap<string, string>;
  /** Values of GNU.sparse.offset and GNU.sparse.numbytes, which alternate, one of each per region. */
  readonly regions: readonly string[];
}

/**
 * Parses the body of an extension header: records `LENGTH KEY=VALUE\n`, with the length of the whole record (R1.3).
 * pax(1) §pax Extended Header
 * @throws ImageInvalidError TAR_INVALID
 */
export function readPax(body: string, offset: number): PaxRecords {
  const values = new Map<string, string>();
  const regions: string[] = [];
  for (let rest = body; rest !== ""; ) {
    const length = Number(/^[0-9]+(?= )/.exec(rest)?.[0]);
    const record = rest.slice(rest.indexOf(" ") + 1, length);
    const key = record.slice(0, Math.max(0, record.indexOf("=")));
    if (!(length <= rest.length) || key === "" || !record.endsWith("\n")) throw malformed(offset);
    const value = record.slice(key.length + 1, -1);
    if (key.includes("\0") || (/^(path|linkpath|uname|gname)$/.test(key) && value.includes("\0")))
      throw malformed(offset);
    if (key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes") {
      if (value.includes(",") || key.endsWith("numbytes") !== (regions.length % 2 === 1)) throw malformed(offset);
      regions.push(value);
    } else values.set(key, value);
    rest = rest.slice(length);
  }
  return { values, regions };
}

/** A point in time: whole seconds, rounded down, and nanoseconds to be added. */
export interface PaxTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/**
 * `[-]SECONDS[.FRACTION]`, of which nine digits of the fraction count (R1.6). Undefined for an empty or missing value.
 * @throws ImageInvalidError TAR_INVALID
 */
export function paxTime(text: string | undefined, offset: number): PaxTime | undefined {
  if (!text) return undefined;
  const [, sign = "", whole = "", fraction = ""] = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text) ?? [];
  const seconds = Number(whole);
  if (whole === "" || !Number.isSafeInteger(seconds)) throw malformed(offset);
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, "0"));
  if (sign !== "-") return { seconds, nanoseconds };
  return nanoseconds === 0
    ? { seconds: 0 - seconds, nanoseconds }
    : { seconds: -1 - seconds, nanoseconds: 1_000_000_000 - nanoseconds };
}

/** A whole number; undefined for an empty or missing value. @throws ImageInvalidError TAR_INVALID */
export function paxNumber(text: string | undefined, offset: number): number | undefined {
  if (!text) return undefined;
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw malformed(offset);
  return value + 0;
}

/** The extended attributes among the records, by name without `SCHILY.xattr.` (R5.7). */
export function paxXattrs({ values }: PaxRecords): ReadonlyMap<string, string> {
  const xattrs = [...values].filter(([key]) => key.startsWith(PREFIX) && key !== PREFIX);
  if (xattrs.length === 0) return NO_XATTRS;
  // Entries stay in memory, which slices of the body would keep there, too.
  return new Map(xattrs.map(([key, value]) => [ownText(key.slice(PREFIX.length)), ownText(value)]));
}

/** Shared by the entries without any, which are nearly all. */
export const NO_XATTRS: ReadonlyMap<string, string> = new Map();

const PREFIX = "SCHILY.xattr.";

function malformed(offset: number): Error {
  return tarFault("a malformed pax record", { rule: "R1.3", offset });
}
