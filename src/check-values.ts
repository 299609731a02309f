import { UsageError } from "./errors.ts";
import type { FlattenOptions, RunOptions } from "./flatten-options.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { describe } from "./oci/json.ts";
import type { DaemonOptions } from "./transport/daemon/endpoint.ts";
import type { BasicCredentials, RegistryOptions, RetryPolicy, Timeouts } from "./transport/registry/options.ts";
import type { RootfsOptions } from "./transport/rootfs/source.ts";

interface Rule {
  /** Continues "expected ". */
  readonly wanted: string;
  /** The members that an object may have. */
  readonly members?: Readonly<Record<string, Rule>>;
  fits(value: unknown): boolean;
}

/** The options that an operation has besides {@link RunOptions}; the compiler demands all of them. */
export type OwnOptions<Options> = Readonly<Record<Exclude<keyof Options, keyof RunOptions>, true>>;

/**
 * Refuses what the types of options do not allow, since callers in JavaScript have no compiler to stop them: a limit of
 * NaN would limit nothing, a string in place of a list would be read letter by letter, and a misspelled name or an
 * option of another operation would be ignored. Those of every operation are accepted by every one, so that several
 * calls can share them.
 * @throws UsageError ARGUMENT_INVALID
 */
export function checkValues<Options extends object>(options: Options, own: OwnOptions<Options>): void {
  if (!isObject(options)) throw unfit("the options", "an object", options);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || !Object.hasOwn(OWN_RULES, name) || Object.hasOwn(own, name)) continue;
    throw new UsageError("ARGUMENT_INVALID", `the option ${name} does not belong to this operation`);
  }
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
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && !Object.hasOwn(rules, name)) throw unknown(name, Object.keys(rules), within);
  }
  for (const [name, { wanted, members, fits }] of Object.entries(rules)) {
    const value: unknown = Reflect.get(values, name);
    if (value === undefined) continue;
    if (!fits(value)) throw unfit(`the option ${within}${name}`, wanted, value);
    if (members !== undefined) checkMembers(value as object, members, `${within}${name}.`);
  }
}

function unknown(name: string, known: readonly string[], within: string): UsageError {
  const near = nearest(name, known);
  const hint = near === undefined ? "" : `: did you mean ${within}${near}?`;
  return new UsageError("ARGUMENT_INVALID", `there is no option ${within}${name}${hint}`);
}

/** The known name that takes the fewest edits; undefined if that is more than a third of its letters. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const distances = known.map((other) => ({ other, edits: editDistance(name.toLowerCase(), other.toLowerCase()) }));
  return distances.filter(({ other, edits }) => edits <= other.length / 3).sort((a, b) => a.edits - b.edits)[0]?.other;
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [row, letter] of [...a].entries()) {
    const line = [row + 1];
    for (let at = 1; at <= b.length; at += 1) {
      const replaced = (above[at - 1] ?? 0) + (letter === b[at - 1] ? 0 : 1);
      line.push(Math.min(replaced, (above[at] ?? 0) + 1, (line[at - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[b.length] ?? 0;
}

function unfit(name: string, wanted: string, value: unknown): UsageError {
  return new UsageError("ARGUMENT_INVALID", `${name}: expected ${wanted}, found ${describe(value)}`);
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
/** Of a number whose bounds are checked elsewhere. */
const ANY_NUMBER: Rule = { wanted: "a number", fits: (value) => typeof value === "number" };
/** The most that Docker accepts in one image. */
const MOST_LAYERS = 125;

const ARGUMENTS = {
  sources: STRINGS,
  path: STRING,
  output: PATH,
  place: STRING,
  options: { wanted: "an object", fits: isObject },
  take: FUNCTION,
  layer: ANY_NUMBER,
  result: {
    wanted: "a list of images",
    fits: (value: unknown) => isObject(value) && Array.isArray(Reflect.get(value, "images")),
  },
  engine: oneOf("docker-daemon", "podman"),
} as const;

const RUN_RULES = {
  docker: objectOf<DaemonOptions>({
    host: STRING,
    context: STRING,
    configDirectory: PATH,
    tls: BOOLEAN,
    tlsVerify: BOOLEAN,
    tlsCaCert: PATH,
    tlsCert: PATH,
    tlsKey: PATH,
  }),
  podman: objectOf<Pick<DaemonOptions, "host">>({ host: STRING }),
  registry: objectOf<RegistryOptions>({
    credentials: objectOf<BasicCredentials>({ username: STRING, password: STRING }),
    tlsVerify: BOOLEAN,
    caFile: PATH,
    certificateRoots: STRINGS,
    authFile: PATH,
    userAgent: STRING,
    environment: { wanted: "an object", fits: isObject },
    retry: objectOf<RetryPolicy>({ retries: NUMBER, base: NUMBER, cap: NUMBER, retryAfterCap: NUMBER }),
    timeouts: objectOf<Timeouts>({ connect: NUMBER, response: NUMBER, stall: NUMBER, slow: NUMBER }),
  }),
  rootfs: objectOf<RootfsOptions>({ config: PATH, platform: STRING, configOut: PATH }),
  platforms: STRINGS,
  profile: oneOf("auto", "containerd", "overlay2", "spec"),
  strict: BOOLEAN,
  lenientTar: BOOLEAN,
  limits: { wanted: "an object", fits: isObject, members: eachOf(Object.keys(DEFAULT_LIMITS), NUMBER) },
  scratch: PATH,
  cache: PATH,
  cacheSize: wholeNumber(0),
  concurrency: wholeNumber(1),
  signal: { wanted: "an AbortSignal", fits: (value) => value instanceof AbortSignal },
  onProgress: FUNCTION,
} satisfies Readonly<Record<keyof RunOptions, Rule>>;

const OWN_RULES = {
  allOf: STRING,
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
  maxLayers: wholeNumber(1),
  mergeSmallerThan: wholeNumber(1),
  split: wholeNumber(1, MOST_LAYERS),
  architecture: oneOf("amd64", "arm64"),
  dangling: BOOLEAN,
  depth: NUMBER,
  directory: BOOLEAN,
  engine: oneOf("docker", "docker-daemon", "podman"),
  failOn: STRINGS,
  flat: STRING,
  fsdigest: BOOLEAN,
  ignore: STRINGS,
  ignoreCreated: BOOLEAN,
  layer: ANY_NUMBER,
  layersA: RANGE,
  layersB: RANGE,
  most: NUMBER,
  port: wholeNumber(0, 65_535),
  recursive: BOOLEAN,
  references: STRINGS,
  referrers: BOOLEAN,
  rounds: wholeNumber(1),
} satisfies Readonly<Record<Exclude<keyof FlattenOptions, keyof RunOptions>, Rule> & Record<string, Rule>>;

/** By name, for all operations: options of the same name take the same values. */
const RULES = { ...RUN_RULES, ...OWN_RULES };

/** An object with some of these members; the compiler checks that they are all members of the type. */
function objectOf<Members extends object>(members: Readonly<Record<keyof Members, Rule>>): Rule {
  return { wanted: "an object", fits: isObject, members };
}

function eachOf(names: readonly string[], rule: Rule): Readonly<Record<string, Rule>> {
  return Object.fromEntries(names.map((name) => [name, rule]));
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
