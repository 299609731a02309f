import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { replay } from "../support/oracle.ts";
import { planStack } from "../support/plan-stack.ts";
import { useSeed } from "../support/seed.ts";
import { anyStack, stack } from "../support/stack-arbitrary.ts";
import { unpackFlat } from "../support/unpack-flat.ts";

useSeed();

describe("a plan and the oracle that replays layers one by one", () => {
  test.each(["containerd", "overlay2"] as const)("have the same filesystem, as %s sees it", (profile) => {
    fc.assert(
      fc.property(stack, (tars) => {
        expect(unpackFlat(planStack(tars, { profile }).tar)).toEqual(replay(tars, profile));
      }),
      { numRuns: 250 },
    );
  });

  test("have the same filesystem, according to the specification, or both refuse the stack", () => {
    fc.assert(
      fc.property(stack, (tars) => {
        const expected = attempt(() => replay(tars, "spec"));
        const flat = attempt(() => planStack(tars, { profile: "spec" }).tar);
        expect(flat && unpackFlat(flat)).toEqual(expected);
      }),
      { numRuns: 250 },
    );
  });

  test("have the same filesystem if every header is written fresh", () => {
    fc.assert(
      fc.property(stack, (tars) => {
        expect(unpackFlat(planStack(tars, { canonical: true }).tar)).toEqual(replay(tars));
      }),
      { numRuns: 200 },
    );
  });

  test("refuse the same stacks", () => {
    fc.assert(
      fc.property(anyStack, (tars) => {
        expect(attempt(() => planStack(tars)) === undefined).toBe(attempt(() => replay(tars)) === undefined);
      }),
      { numRuns: 500 },
    );
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
