import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareFilesystems, summarize } from "../../src/verify/compare-filesystems.ts";
import { digestOfListing } from "../support/fsdigest-twin.ts";
import { mergedListing, mergeStack, withDigests } from "../support/merge-stack.ts";
import { replay } from "../support/oracle.ts";
import { planStack } from "../support/plan-stack.ts";
import { rebuild } from "../support/rebuild.ts";
import { useSeed } from "../support/seed.ts";
import { mutateOnce } from "../support/single-mutation.ts";
import { anyStack, stack } from "../support/stack-arbitrary.ts";

useSeed();

const VIEWS = ["containerd", "overlay2", "spec"] as const;

describe("the verifier's merge and the oracle that replays layers one by one", () => {
  test.each(VIEWS)("have the same filesystem, as %s sees it, or both refuse the stack", (view) => {
    fc.assert(
      fc.property(stack, (tars) => {
        expect(attempt(() => mergedListing(tars, view))).toEqual(attempt(() => withDigests(replay(tars, view))));
      }),
      { numRuns: 150 },
    );
  });

  test("refuse the same stacks", () => {
    fc.assert(
      fc.property(anyStack, (tars) => {
        expect(attempt(() => mergedListing(tars)) === undefined).toBe(attempt(() => replay(tars)) === undefined);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the filesystem digest", () => {
  test.each(VIEWS)("is the same for a stack, for its flat tar and for the oracle's list, as %s sees it", (profile) => {
    fc.assert(
      fc.property(stack, fc.boolean(), (tars, canonical) => {
        const flat = attempt(() => planStack(tars, { profile, canonical }).tar);
        if (flat === undefined) return;
        const { fsdigest } = summarize(mergeStack(tars, profile));
        expect(summarize(mergeStack([flat], profile)).fsdigest).toBe(fsdigest);
        expect(digestOfListing(replay(tars, profile))).toBe(fsdigest);
      }),
      { numRuns: 200 },
    );
  });

  test("is the same for the same filesystem, built differently", () => {
    fc.assert(
      fc.property(stack, fc.gen(), (tars, gen) => {
        const flat = planStack(tars).tar;
        const built = rebuild(flat, (below) => gen(fc.nat, below - 1));
        expect(compareFilesystems(mergeStack([flat]), mergeStack(built)).differences).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test("changes with any single change, which is found at its path and nowhere else", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(stack, fc.gen(), (tars, gen) => {
        const { tar: flat } = planStack(tars);
        const mutation = mutateOnce(flat, (below) => gen(fc.nat, Math.max(0, below - 1)));
        if (mutation === undefined) return;
        seen.add(mutation.what);
        const found = compareFilesystems(mergeStack(tars), mergeStack([mutation.tar]), { digests: true });
        expect(found.flat.fsdigest).not.toBe(found.source.fsdigest);
        expect(found.differences.length).toBeGreaterThan(0);
        expect(mutation.paths).toEqual(expect.arrayContaining(found.differences.map(({ path }) => path)));
      }),
      { numRuns: 300 },
    );
    expect(seen.size).toBeGreaterThan(7);
  });
});

/** The result of a function; undefined if it throws. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
