import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkDeltaForm } from "../support/delta-form.ts";
import { replay, replayPaths } from "../support/oracle.ts";
import type { OracleProfile } from "../support/oracle-overlay.ts";
import { planStack } from "../support/plan-stack.ts";
import { useSeed } from "../support/seed.ts";
import { above, partitionOf, squashStack } from "../support/squash-stack.ts";
import { type Stack, stack } from "../support/stack-arbitrary.ts";

useSeed();

const PROFILES = ["containerd", "overlay2", "spec"] as const;

/** Widths of stretches, kept ones negative. */
const widths = fc.array(fc.constantFrom(-2, -1, 1, 2, 3), { minLength: 5, maxLength: 5 });

describe("a stack whose layers were squashed range by range", () => {
  test.each(PROFILES)("has the same filesystem as in the oracle, whatever is squashed (%s)", (profile) => {
    fc.assert(
      fc.property(stack, widths, (tars, cuts) => {
        const expected = attempt(() => replay(tars, profile));
        if (expected === undefined) return;
        const squashed = squashStack(tars, partitionOf(fitted(cuts, tars.length)), { profile });
        expect(replay(squashed.tars, profile)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  test("has the same filesystem in every view if no layer of the old stack is left", () => {
    fc.assert(
      fc.property(stack, fc.array(fc.constantFrom(1, 2), { minLength: 5, maxLength: 5 }), (tars, cuts) => {
        const squashed = squashStack(tars, partitionOf(fitted(cuts, tars.length)));
        for (const view of PROFILES) expect(replay(squashed.tars, view)).toEqual(replay(tars));
      }),
      { numRuns: 80 },
    );
  });

  test("is flattened to the same bytes as the old stack, in canonical form", () => {
    fc.assert(
      fc.property(stack, fc.nat(4), (tars, base) => {
        const squashed = squashStack(tars, above(base % tars.length, tars.length));
        const flat = (layers: Stack): Uint8Array => planStack(layers, { canonical: true }).tar;
        expect(Buffer.compare(flat(squashed.tars), flat(tars))).toBe(0);
      }),
      { numRuns: 80 },
    );
  });

  test("has markers only for what is below, first in their directories, and lists every directory", () => {
    fc.assert(
      fc.property(stack, fc.nat(4), (tars, base) => {
        const below = base % tars.length;
        const { tars: result } = squashStack(tars, above(below, tars.length));
        checkDeltaForm(result.at(-1) ?? new Uint8Array(), pathsOf(tars.slice(0, below)));
      }),
      { numRuns: 120 },
    );
  });

  test("stays the same if it is squashed again above the same base", () => {
    fc.assert(
      fc.property(stack, fc.nat(4), fc.boolean(), (tars, base, canonical) => {
        const below = base % tars.length;
        const once = squashStack(tars, above(below, tars.length), { canonical });
        const [again] = squashStack(once.tars, above(below, below + 1)).layers.slice(-1);
        expect(again?.kind === "made" && again.plan.alreadyFlat).toBe(true);
      }),
      { numRuns: 80 },
    );
  });
});

/** Fits the widths to the number of layers: cuts the last stretch, or adds a squashed one for the rest. */
function fitted(cuts: readonly number[], layers: number): number[] {
  let rest = layers;
  const fitting = cuts.flatMap((width) => {
    const taken = Math.min(Math.abs(width), rest);
    rest -= taken;
    return taken === 0 ? [] : [Math.sign(width) * taken];
  });
  return rest === 0 ? fitting : [...fitting, rest];
}

function pathsOf(tars: Stack, profile: OracleProfile = "containerd"): Map<string, boolean> {
  return new Map([...replayPaths(tars, profile)].map(([path, { kind }]) => [path, kind === "directory"]));
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
