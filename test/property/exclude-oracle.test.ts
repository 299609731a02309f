import fc from "fast-check";
import { expect, test } from "vitest";
import { type PathSelection, pathRules } from "../../src/prune/path-rules.ts";
import { compareFilesystems } from "../../src/verify/compare-filesystems.ts";
import { leaveOut } from "../../src/verify/leave-out.ts";
import { type MergedEntry, mergedEntries } from "../../src/verify/merged-entries.ts";
import { mergeStack } from "../support/merge-stack.ts";
import { planStack } from "../support/plan-stack.ts";
import { useSeed } from "../support/seed.ts";
import { above, squashStack } from "../support/squash-stack.ts";
import { stack } from "../support/stack-arbitrary.ts";

useSeed();

const piece = fc.constantFrom("a", "b", "c", "?", "*", "**", "[ab]", "a*");
const pattern = fc
  .tuple(fc.boolean(), fc.array(piece, { minLength: 1, maxLength: 3 }))
  .map(([keeps, names]) => `${keeps ? "!" : ""}${names.join("/")}`);
const selection = fc.record({ exclude: fc.array(pattern, { minLength: 1, maxLength: 4 }) });

test("a plan leaves out exactly the entries that the rules match, and directories in which nothing is kept", () => {
  fc.assert(
    fc.property(stack, selection, (tars, chosen) => {
      const { plan, tar } = planStack(tars, { exclude: pathRules(chosen) });
      const before = mergeStack(tars);
      const entries = [...mergedEntries(before)];
      const expected = keptPaths(entries, chosen);
      const flat = mergeStack([tar]);
      expect([...mergedEntries(flat)].map(({ path }) => path).filter((path) => path !== "")).toEqual(expected);

      const gone = entries.filter(({ path }) => path !== "" && !expected.includes(path));
      expect(leaveOut(before, plan.exclusions?.paths ?? [])).toBe(gone.length);
      expect(compareFilesystems(before, flat).differences).toEqual([]);
      const taken = plan.exclusions?.rules ?? [];
      expect(taken.reduce((sum, rule) => sum + rule.entries, 0)).toBe(gone.length);
      expect(taken.reduce((sum, rule) => sum + rule.bytes, 0)).toBe(
        bytesOf(entries) - bytesOf([...mergedEntries(flat)]),
      );
    }),
    { numRuns: 100 },
  );
});

test("above a kept base the same is left out, with whiteouts for what the base has", () => {
  fc.assert(
    fc.property(stack, selection, fc.nat(4), (tars, chosen, base) => {
      const exclude = pathRules(chosen);
      const squashed = squashStack(tars, above(base % tars.length, tars.length), { exclude });
      const flat = planStack(tars, { exclude }).tar;
      expect(compareFilesystems(mergeStack([flat]), mergeStack(squashed.tars)).differences).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

/** Directly by the rules: each path by itself, then directories from the deepest up. */
function keptPaths(entries: readonly MergedEntry[], chosen: PathSelection): string[] {
  const kept = new Set<string>();
  const { root } = pathRules(chosen);
  for (const { path, type } of entries.toReversed()) {
    if (path === "") continue;
    const states = path.split("/").reduce((state, name) => state.below(name), root);
    const holds = type === "d" && [...kept].some((other) => other.startsWith(`${path}/`));
    if (holds || states.rule(type === "f") === undefined) kept.add(path);
  }
  return entries.map(({ path }) => path).filter((path) => kept.has(path));
}

/** Bytes of all contents, hard links once. */
function bytesOf(entries: readonly MergedEntry[]): number {
  return entries.filter(({ group, path }) => group === "" || group === path).reduce((sum, { size }) => sum + size, 0);
}
