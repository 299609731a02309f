import { UsageError } from "../errors.ts";
import { type NamePattern, type PathPattern, parsePathPattern } from "./path-pattern.ts";
import { NEVER_PRUNED, PRUNE_PROFILES, type PruneName } from "./prune-profiles.ts";

/** A reason to leave paths out: a profile of `--prune`, or a pattern of `--exclude`. Plain data. */
export interface PathRule {
  readonly option: "prune" | "exclude";
  /** Name of the profile, or the pattern as it was written. */
  readonly value: string;
  /** A pattern that keeps what others remove, and removes nothing itself. */
  readonly keeps: boolean;
}

/** What to leave out of an image. */
export interface PathSelection {
  /** Each profile decides by itself; what any of them matches is removed. */
  readonly prune?: readonly PruneName[] | undefined;
  /** The last one that matches decides; with `!` also against the profiles. */
  readonly exclude?: readonly string[] | undefined;
}

/** The rules of a selection, ready for use. */
export interface PathRules {
  readonly rules: readonly PathRule[];
  /** Where a walk from the root begins. */
  readonly root: PathState;
}

/**
 * Prepares a selection. Rules are numbered: first the profiles, in the order of their table, then the patterns, in the
 * given order, including those that keep.
 * @throws UsageError ARGUMENT_INVALID for a pattern that cannot be used, or an unknown profile
 */
export function pathRules({ prune = [], exclude = [] }: PathSelection): PathRules {
  const unknown = prune.find((name) => !PRUNE_PROFILES.some((profile) => profile.name === name));
  if (unknown !== undefined) throw unknownProfile(unknown);
  const profiles = PRUNE_PROFILES.filter(({ name }) => prune.includes(name));
  const rules: PathRule[] = profiles.map(({ name }) => ({ option: "prune", value: name, keeps: false }));
  const never = profiles.length === 0 ? [] : NEVER_PRUNED.map((path) => parsePathPattern(`!${path}`));
  const patterns: NumberedPattern[] = profiles.flatMap(({ patterns: own, only }, rule) =>
    [...own.map(parsePathPattern), ...never].map((pattern) => ({
      pattern,
      rule,
      group: rule,
      filledFiles: only === "filled-files",
    })),
  );
  for (const text of exclude) {
    const pattern = parsePathPattern(text);
    patterns.push({ pattern, rule: rules.length, group: EXCLUDE, filledFiles: false });
    rules.push({ option: "exclude", value: pattern.text, keeps: pattern.keeps });
  }
  const open = patterns.flatMap(({ pattern }, at) => pattern.ways.flatMap((way) => begun(way, 0, at)));
  return { rules, root: new PathState(patterns, open, []) };
}

function unknownProfile(name: string): UsageError {
  const known = PRUNE_PROFILES.map((profile) => profile.name).join(", ");
  return new UsageError("ARGUMENT_INVALID", `--prune: ${JSON.stringify(name)} is not one of ${known}`);
}

/** The group of the patterns of `exclude`. */
const EXCLUDE = -1;

interface NumberedPattern {
  readonly pattern: PathPattern;
  /** Number of its rule. */
  readonly rule: number;
  /** Of one group's patterns the last match decides: a group is a profile, or `exclude`. */
  readonly group: number;
  readonly filledFiles: boolean;
}

/** A way to match whose names before `at` have matched. */
interface Open {
  readonly way: readonly NamePattern[];
  readonly at: number;
  /** Index of the pattern. */
  readonly pattern: number;
}

/** `**` may match no name: then what comes after it is open, too. */
function begun(way: readonly NamePattern[], at: number, pattern: number): Open[] {
  const open = { way, at, pattern };
  return way[at]?.kind === "any" && at + 1 < way.length ? [open, ...begun(way, at + 1, pattern)] : [open];
}

/**
 * What the rules say about one path, and what they may still match below it. Most paths share a few states, so a walk
 * costs about one lookup per name.
 */
export class PathState {
  readonly #patterns: readonly NumberedPattern[];
  readonly #open: readonly Open[];
  /** Indexes of the patterns that match the path or a directory above it. */
  readonly #matched: readonly number[];
  #byName: ReadonlyMap<string, readonly Open[]> | undefined;
  #others: readonly Open[] = [];
  /** Those that stay open below any name. */
  #lasting: readonly Open[] = [];
  readonly #known = new Map<string, PathState>();
  /** If globs match a name: by the ways that it matches, whatever the name is. */
  readonly #byHits = new Map<string, PathState>();
  #elsewhere: PathState | undefined;

  constructor(patterns: readonly NumberedPattern[], open: readonly Open[], matched: readonly number[]) {
    this.#patterns = patterns;
    this.#open = open;
    this.#matched = matched;
  }

  /** The state of a name in this directory, one char a byte. */
  below(name: string): PathState {
    this.#byName ??= this.#index();
    const literal = this.#byName.get(name);
    const globs = this.#globs(name);
    if (globs !== undefined) return this.#shared([...(literal ?? []), ...globs]);
    if (literal === undefined) {
      this.#elsewhere ??= this.#next([]);
      return this.#elsewhere;
    }
    const known = this.#known.get(name) ?? this.#next(literal);
    this.#known.set(name, known);
    return known;
  }

  /** Whether any pattern matches the path or a directory above it. */
  get matches(): boolean {
    return this.#matched.length > 0;
  }

  /** Whether no rule can match the path or anything below it. */
  get idle(): boolean {
    return this.#matched.length + this.#open.length === 0;
  }

  /**
   * Number of the rule that leaves the path out; undefined when it stays. `filledFile`: it is a regular file that holds
   * something.
   */
  rule(filledFile: boolean): number | undefined {
    if (this.#matched.length === 0) return undefined;
    const decisive = new Map<number, NumberedPattern>();
    for (const index of this.#matched) {
      const numbered = this.#patterns[index];
      if (numbered !== undefined && (filledFile || !numbered.filledFiles)) decisive.set(numbered.group, numbered);
    }
    const own = decisive.get(EXCLUDE);
    if (own !== undefined) return own.pattern.keeps ? undefined : own.rule;
    return [...decisive.values()].find(({ pattern }) => !pattern.keeps)?.rule;
  }

  #index(): ReadonlyMap<string, readonly Open[]> {
    const byName = new Map<string, Open[]>();
    const others: Open[] = [];
    for (const open of this.#open) {
      const name = open.way[open.at];
      const known = name?.kind === "literal" ? byName.get(name.name) : others;
      if (known !== undefined) known.push(open);
      else if (name?.kind === "literal") byName.set(name.name, [open]);
    }
    this.#lasting = others.filter(({ way, at }) => way[at]?.kind === "any");
    this.#others = others.filter(({ way, at }) => way[at]?.kind === "glob" || at === way.length - 1);
    return byName;
  }

  /** Called for every name of an image, and nearly always without a match. */
  #globs(name: string): Open[] | undefined {
    let found: Open[] | undefined;
    for (const open of this.#others) {
      if (!matchesName(open.way[open.at], name)) continue;
      found ??= [];
      found.push(open);
    }
    return found;
  }

  #shared(hits: readonly Open[]): PathState {
    const key = hits.map((hit) => this.#open.indexOf(hit)).join();
    const known = this.#byHits.get(key) ?? this.#next(hits);
    this.#byHits.set(key, known);
    return known;
  }

  /** The state below a name that these ways match; `**` stays open whatever the name is. */
  #next(hits: readonly Open[]): PathState {
    const going = hits.filter(({ way, at }) => at < way.length - 1).map((open) => ({ ...open, at: open.at + 1 }));
    const open = distinct([...this.#lasting, ...going].flatMap(({ way, at, pattern }) => begun(way, at, pattern)));
    if (hits.length === 0 && open.length === this.#open.length) return this;
    const ended = hits.filter(({ way, at }) => at === way.length - 1).map(({ pattern }) => pattern);
    const matched = [...new Set([...this.#matched, ...ended])].sort((a, b) => a - b);
    return new PathState(this.#patterns, open, matched);
  }
}

/** Patterns may share a way: those of two profiles that keep the same. */
function distinct(all: readonly Open[]): Open[] {
  const seen = new Map<Open["way"], Set<string>>();
  return all.filter(({ way, at, pattern }) => {
    const places = seen.get(way) ?? new Set();
    seen.set(way, places);
    const place = `${pattern} ${at}`;
    return !places.has(place) && places.add(place);
  });
}

function matchesName(name: NamePattern | undefined, text: string): boolean {
  return name?.kind === "glob" ? name.expression.test(text) : name?.kind === "any";
}
