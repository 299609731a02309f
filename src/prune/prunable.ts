import { type PathRules, pathRules } from "./path-rules.ts";
import { PRUNE_PROFILES, type PruneName } from "./prune-profiles.ts";

/** Tells which profile a path that is no directory belongs to, the first one of the table; undefined where none wants it. `filled`: it is a regular file that holds something. */
export function prunableBy(path: string, filled = true): PruneName | undefined {
  all ??= pathRules({ prune: PRUNE_PROFILES.map(({ name }) => name) });
  const number = path
    .split("/")
    .reduce((state, name) => state.below(name), all.root)
    .rule(filled);
  return number === undefined ? undefined : PRUNE_PROFILES[number]?.name;
}

let all: PathRules | undefined;
