import { UsageError } from "./errors.ts";
import type { FlattenOptions } from "./flatten-options.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { describe } from "./oci/json.ts";
import type { DaemonOptions } from "./transport/daemon/endpoint.ts";
import type { BasicCredentials, RegistryOptions } from "./transport/registry/options.ts";
import type { RootfsOptions } from "./transport/rootfs/source.ts";

/**
 * Names of options whose values are checked: where two operations have an option of one name, it takes the same values.
 * {@link checkOptions} knows the numbers that it leaves out.
 */
type CheckedOption =
  | Exclude<keyof FlattenOptions, "maxLayers" | "mergeSmallerThan" | "split">
  | ("architecture" | "dangling" | "depth" | "directory" | "failOn" | "flat" | "fsdigest" | "ignore" | "ignoreCreated")
  | ("layersA" | "layersB" | "most" | "port" | "recursive" | "references" | "referrers" | "rounds");

interface Rule {
  /** Continues "expected ". */
  readonly wanted: string;
  /** What is in an object that fits. */
  readonly members?: Readonly<Record<string, Rule>>;
  fits(value: unknown): boolean;
}

/**
 * Refuses values that the types of options do not allow, for callers whom no compiler stopped: a limit that is no
 * number would limit nothing, and a text in the place of a list would be a list of letters.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkValues(options: object): void {
  if (!isObject(options)) throw unfit("the options", "an object", options);
  checkMembers(options, RULES, "");
}

/**
 * Refuses arguments, by their names, as {@link checkValues} does options; references are refused where they are parsed.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkArguments(given: Partial<Record<keyof typeof ARGUMENTS, unknown>>): void {
  for (const [name, { wanted, fits }] of Object.entries(ARGUMENTS)) {
    const value: unknown = Reflect.get(given, name);
    if (Object.hasOwn(given, name) && !fits(value)) throw unfit(name, wanted, value);
  }
}

function checkMembers(values: object, rules: Readonly<Record<string, Rule>>, within: string): void {
  for (const [name, { wanted, members, fits }] of Object.entries(rules)) {
    const value: unknown = Reflect.get(values, name);
    if (value === undefined) continue;
    if (!fits(value)) throw unfit(`the option ${within}${name}`, wanted, value);
    if (members !== undefined) checkMembers(value as object, members, `${within}${name}.`);
  }
}

function unfit(name: string, wanted: string, value: unknown): UsageError {
  return new UsageError("ARGUMENT_INVALID", `${name}: expected ${wanted}, found ${found(value)}`);
}

/** What JSON has no text for among it. */
function found(value: unknown): string {
  if (typeof value === "number") return String(value);
  return ["function", "symbol", "bigint"].includes(typeof value) ? `a ${typeof value}` : describe(value);
}

const BOOLEAN: Rule = { wanted: "true or false", fits: (value) => typeof value === "boolean" };
const STRING: Rule = { wanted: "a string", fits: isString };
const PATH: Rule = { wanted: "a path", fits: (value) => isString(value) && value !== "" && !value.includes("\0") };
const STRINGS: Rule = {
  wanted: "an array of strings",
  fits: (value) => Array.isArray(value) && value.every(isString),
};
const NUMBER: Rule = { wanted: "a number of 0 or more", fits: isAmount };
const FUNCTION: Rule = { wanted: "a function", fits: (value) => typeof value === "function" };
const RANGE = objectOf({ first: NUMBER, last: NUMBER });
const NUMBERS: Rule = {
  wanted: "an object of numbers of 0 or more",
  fits: (value) => isObject(value) && Object.values(value).every((number) => number === undefined || isAmount(number)),
};

const ARGUMENTS = { sources: STRINGS, path: STRING, output: PATH, place: STRING, take: FUNCTION } as const;

const RULES = {
  docker: objectOf<DaemonOptions>({
    host: STRING,
    context: STRING,
    configDirectory: STRING,
    tls: BOOLEAN,
    tlsVerify: BOOLEAN,
    tlsCaCert: STRING,
    tlsCert: STRING,
    tlsKey: STRING,
  }),
  podman: objectOf<Pick<DaemonOptions, "host">>({ host: STRING }),
  registry: objectOf<RegistryOptions>({
    credentials: objectOf<BasicCredentials>({ username: STRING, password: STRING }),
    tlsVerify: BOOLEAN,
    caFile: STRING,
    certificateRoots: STRINGS,
    authFile: STRING,
    userAgent: STRING,
    environment: objectOf({}),
    retry: NUMBERS,
    timeouts: NUMBERS,
  }),
  rootfs: objectOf<RootfsOptions>({ config: STRING, platform: STRING, configOut: STRING }),
  platforms: STRINGS,
  profile: oneOf("auto", "containerd", "overlay2", "spec"),
  strict: BOOLEAN,
  lenientTar: BOOLEAN,
  limits: {
    wanted: `numbers of 0 or more for some of ${Object.keys(DEFAULT_LIMITS).join(", ")}`,
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
  canonical: BOOLEAN,
  exclude: STRINGS,
  prune: STRINGS,
  changes: STRINGS,
  env: STRINGS,
  unsetEnv: STRINGS,
  labels: STRINGS,
  unsetLabels: STRINGS,
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
  rewriteTimestamp: BOOLEAN,
  tags: STRINGS,
  allPlatforms: BOOLEAN,
  verify: BOOLEAN,
  force: BOOLEAN,
  inPlace: BOOLEAN,
  layers: { wanted: "a string or an array of strings", fits: (value) => isString(value) || STRINGS.fits(value) },
  base: STRING,
  architecture: oneOf("amd64", "arm64"),
  dangling: BOOLEAN,
  depth: NUMBER,
  directory: BOOLEAN,
  failOn: STRINGS,
  flat: STRING,
  fsdigest: BOOLEAN,
  ignore: STRINGS,
  ignoreCreated: BOOLEAN,
  layersA: RANGE,
  layersB: RANGE,
  most: NUMBER,
  port: wholeNumber(0, 65_535),
  recursive: BOOLEAN,
  references: STRINGS,
  referrers: BOOLEAN,
  rounds: wholeNumber(1),
} satisfies Record<CheckedOption, Rule>;

/** An object with some of these members; a compiler sees to it that none of the type is forgotten. */
function objectOf<Members extends object>(members: Readonly<Record<keyof Members, Rule>>): Rule {
  return { wanted: "an object", fits: isObject, members };
}

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
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  return {
    wanted: `a whole number ${range}`,
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}
