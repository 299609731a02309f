import { UsageError } from "./errors.ts";
import type { FlattenOptions } from "./flatten-options.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { describe } from "./oci/json.ts";

/**
 * Names of options whose values are checked: where two operations have an option of one name, it takes the same values.
 */
type CheckedOption = keyof FlattenOptions | "architecture" | "depth" | "most" | "port" | "rounds";

interface Rule {
  /** Continues "expected ". */
  readonly wanted: string;
  fits(value: unknown): boolean;
}

/**
 * Refuses values that the types of options do not allow, for callers whom no compiler stopped: a limit that is no
 * number would limit nothing, and a text in the place of a list would be a list of letters.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkValues(options: object): void {
  for (const [name, { wanted, fits }] of Object.entries<Rule>(RULES)) {
    const value: unknown = Reflect.get(options, name);
    if (value === undefined || fits(value)) continue;
    const found = typeof value === "number" ? String(value) : describe(value);
    throw new UsageError("ARGUMENT_INVALID", `the option ${name}: expected ${wanted}, found ${found}`);
  }
}

const STRING: Rule = { wanted: "a string", fits: isString };
const PATH: Rule = { wanted: "a path", fits: (value) => isString(value) && value !== "" };
const STRINGS: Rule = {
  wanted: "an array of strings",
  fits: (value) => Array.isArray(value) && value.every(isString),
};
const NUMBER: Rule = { wanted: "a number from 0 on", fits: isAmount };
const FUNCTION: Rule = { wanted: "a function", fits: (value) => typeof value === "function" };

const RULES = {
  platforms: STRINGS,
  profile: oneOf("auto", "containerd", "overlay2", "spec"),
  limits: {
    wanted: `numbers from 0 on for some of ${Object.keys(DEFAULT_LIMITS).join(", ")}`,
    fits: (value) =>
      isObject(value) &&
      Object.entries(value).every(
        ([name, limit]) => Object.hasOwn(DEFAULT_LIMITS, name) && (limit === undefined || isAmount(limit)),
      ),
  },
  scratch: PATH,
  cache: PATH,
  cacheSize: wholeNumber(0),
  concurrency: wholeNumber(1),
  signal: { wanted: "an AbortSignal", fits: (value) => value instanceof AbortSignal },
  onProgress: FUNCTION,
  onCommitted: FUNCTION,
  compression: oneOf("auto", "gzip", "zstd", "none"),
  compressionLevel: wholeNumber(0),
  exclude: STRINGS,
  prune: STRINGS,
  message: STRING,
  author: STRING,
  history: oneOf("keep", "redact", "collapse", "none"),
  annotations: {
    wanted: "an object of strings",
    fits: (value) => isObject(value) && Object.values(value).every(isString),
  },
  attestations: oneOf("drop", "keep-as-history"),
  provenance: oneOf("statement", "annotate"),
  created: { wanted: "an RFC 3339 time as a string", fits: isString },
  tags: STRINGS,
  layers: { wanted: "a string or an array of strings", fits: (value) => isString(value) || STRINGS.fits(value) },
  base: STRING,
  architecture: oneOf("amd64", "arm64"),
  depth: NUMBER,
  most: NUMBER,
  port: wholeNumber(0, 65_535),
  rounds: wholeNumber(1),
} satisfies Partial<Record<CheckedOption, Rule>>;

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Infinity is one. */
function isAmount(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

function oneOf(...values: readonly string[]): Rule {
  return { wanted: values.join(" or "), fits: (value) => isString(value) && values.includes(value) };
}

function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Rule {
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} on` : `${least} to ${most}`;
  return {
    wanted: `a whole number from ${range}`,
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}
