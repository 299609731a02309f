import { type PathState, pathRules } from "./path-rules.ts";
import { PRUNE_PROFILES, type PruneName } from "./prune-profiles.ts";

/**
 * The first profile of the table that removes a path, which must not be a directory; undefined if none does. `filled`:
 * it is a regular file that is not empty. Fastest for consecutive paths of one directory.
 */
export function prunableBy(path: string, filled = true): PruneName | undefined {
  const slash = path.lastIndexOf("/");
  const directory = path.slice(0, Math.max(0, slash));
  if (last?.path !== directory) last = { path: directory, state: stateOf(directory) };
  const number = last.state.below(path.slice(slash + 1)).rule(filled);
  return number === undefined ? undefined : PRUNE_PROFILES[number]?.name;
}

let root: PathState | undefined;
/** The last directory, as a cache: files of one directory mostly come together. */
let last: { readonly path: string; readonly state: PathState } | undefined;

function stateOf(directory: string): PathState {
  root ??= pathRules({ prune: PRUNE_PROFILES.map(({ name }) => name) }).root;
  if (directory === "") return root;
  return directory.split("/").reduce((state, name) => state.below(name), root);
}
