import { DEFAULT_LIMITS, type LayerRange, type Limits, UsageError } from "../index.ts";
import { escapeText } from "./text/escape.ts";

/** Parsers of option values. Each returns the value or throws UsageError ARGUMENT_INVALID, which says what is valid. */

/** What a parser makes of the text of an option; undefined if the option is not given. */
export function given<Value>(text: string | undefined, parse: (text: string) => Value): Value | undefined {
  return text === undefined ? undefined : parse(text);
}

/** A path. Those of options are checked before a command runs, whatever it does with them. */
export function namedPath(option: string): (text: string) => string {
  return (text) => {
    if (text !== "") return text;
    throw invalid(option, text, "a path");
  };
}

/** A whole number, at least `least` and, if given, at most `most`. */
export function wholeNumber(option: string, least: number, most?: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least && value <= (most ?? value)) return value;
    throw invalid(
      option,
      text,
      `a whole number ${most === undefined ? `of ${least} or more` : `from ${least} to ${most}`}`,
    );
  };
}

/** `3`, `2-5` or `2-`: layer numbers, both ends included. */
export function layerRange(option: string): (text: string) => LayerRange {
  return (text) => {
    const [, first, dash, last] = /^(\d{1,6})(?:(-)(\d{1,6})?)?$/.exec(text) ?? [];
    if (first === undefined) throw invalid(option, text, "a layer or a range of layers, such as 3, 0-2 or 2-");
    if (dash === undefined) return { first: Number(first), last: Number(first) };
    return { first: Number(first), ...(last !== undefined && { last: Number(last) }) };
  };
}

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** A size in bytes, at least `least`, with or without a unit, decimal (`MB`) or binary (`MiB`). */
export function byteSize(option: string, least = 0): (text: string) => number {
  return (text) => {
    const value = bytesOf(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw invalid(option, text, "a size such as 64MiB or 10GB");
  };
}

/** Bytes, rounded if the unit is larger than a byte, since 0.1MiB is not a whole number; NaN for anything else. */
function bytesOf(text: string): number {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text) ?? [];
  const factor = unit === "" ? 1 : (UNITS[unit] ?? Number.NaN);
  return factor === 1 ? Number(amount) : Math.round(Number(amount) * factor);
}

/** Adds `NAME=VALUE` to the limits; limits in bytes take units, decimal (`MB`) or binary (`MiB`). */
export function addLimit(text: string, previous: Partial<Limits> = {}): Partial<Limits> {
  const [, name = "", amount = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (!isLimit(name)) {
    throw invalid("--limit", text, `NAME=VALUE, where NAME is one of ${Object.keys(DEFAULT_LIMITS).join(", ")}`);
  }
  const value = name.endsWith("Bytes") || !/[A-Za-z]/.test(amount) ? bytesOf(amount) : Number.NaN;
  if (Number.isSafeInteger(value) && value > 0) return { ...previous, [name]: value };
  throw invalid(
    "--limit",
    text,
    name.endsWith("Bytes") ? `a size such as ${name}=64MiB or 10GB` : "a whole number of 1 or more",
  );
}

function isLimit(name: string): name is keyof Limits {
  return Object.hasOwn(DEFAULT_LIMITS, name);
}

/** Seconds since 1970 as an RFC 3339 time; any other text is a time for the library to check. */
export function timestamp(text: string): string {
  return SECONDS.test(text) ? timeOfSeconds("--created, --timestamp", text) : text;
}

/** The time in SOURCE_DATE_EPOCH, if it is set. https://reproducible-builds.org/specs/source-date-epoch/ */
export function sourceDateEpoch(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { SOURCE_DATE_EPOCH: text = "" } = env;
  return text === "" ? undefined : timeOfSeconds("the environment variable SOURCE_DATE_EPOCH", text);
}

const SECONDS = /^\d+$/;
const LAST_SECOND = 253_402_300_799; // 9999-12-31T23:59:59Z: RFC 3339 has four digits for the year

function timeOfSeconds(option: string, text: string): string {
  const seconds = Number(text);
  if (!SECONDS.test(text) || seconds > LAST_SECOND) {
    throw invalid(option, text, "seconds since 1970 as a whole number, up to the year 9999");
  }
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

function invalid(option: string, text: string, wanted: string): UsageError {
  return new UsageError("ARGUMENT_INVALID", `${option}: ${JSON.stringify(escapeText(text))} is not ${wanted}`);
}
