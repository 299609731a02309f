import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { segmentsOf } from "../../src/plan/segments.ts";
import { checkDeltaForm } from "../support/delta-form.ts";
import { naiveSplit } from "../support/naive-split.ts";
import { replay, replayPaths } from "../support/oracle.ts";
import { renderSegments } from "../support/plan-stack.ts";
import { useSeed } from "../support/seed.ts";
import { above, squashStack } from "../support/squash-stack.ts";
import { type Stack, stack } from "../support/stack-arbitrary.ts";

useSeed();

const parts = fc.integer({ min: 2, max: 5 });

describe("a stack that was squashed above a base and split", () => {
  test("has the same filesystem as in the oracle", () => {
    fc.assert(
      fc.property(stack, fc.nat(4), parts, (tars, base, count) => {
        expect(replay(split(tars, base % tars.length, count))).toEqual(replay(tars));
      }),
      { numRuns: 150 },
    );
  });

  test("has the same parts as when each part walks all entries", () => {
    fc.assert(
      fc.property(stack, fc.nat(4), fc.integer({ min: 2, max: 12 }), (tars, base, count) => {
        const below = base % tars.length;
        const whole = squashStack(tars, above(below, tars.length)).layers.at(-1);
        const entries = whole?.kind === "made" ? naiveSplit(whole.plan.entries, count) : [];
        const parts = entries.map((part) => renderSegments(segmentsOf(part), tars));
        expect(split(tars, below, count).slice(below)).toEqual(parts);
      }),
      { numRuns: 100 },
    );
  });

  test("has parts that are valid layers, with markers only in the lowest", () => {
    fc.assert(
      fc.property(stack, fc.nat(4), parts, (tars, base, count) => {
        const below = base % tars.length;
        const result = split(tars, below, count);
        expect(result.length - below).toBeLessThanOrEqual(count);
        const paths = new Map(
          [...replayPaths(tars.slice(0, below))].map(([path, { kind }]) => [path, kind === "directory"]),
        );
        const [lowest = new Uint8Array(), ...upper] = result.slice(below);
        checkDeltaForm(lowest, paths);
        // Checked as if nothing were below, so that any marker would be superfluous.
        for (const tar of upper) checkDeltaForm(tar, new Map());
      }),
      { numRuns: 100 },
    );
  });
});

function split(tars: Stack, base: number, count: number): readonly Uint8Array[] {
  const kept = tars.slice(0, base).map((_, layer) => ({ kind: "keep", layer }) as const);
  return squashStack(tars, [...kept, { kind: "squash", first: base, last: tars.length - 1, parts: count }]).tars;
}
