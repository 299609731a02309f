import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { replay } from "../support/oracle.ts";
import { planStack } from "../support/plan-stack.ts";
import { useSeed } from "../support/seed.ts";
import { anyStack, stack } from "../support/stack-arbitrary.ts";
import { unpackFlat } from "../support/unpack-flat.ts";

useSeed();

describe("a plan and the oracle that replays layers one by one", () => {
  test.each(["containerd", "overlay2"] as const)("hold the same filesystem, as %s sees it", (profile) => {
    fc.assert(
      fc.property(stack, (tars) => {
        expect(unpackFlat(planStack(tars, { profile }).tar)).toEqual(replay(tars, profile));
      }),
      { numRuns: 300 },
    );
  });

  test("hold the same filesystem when every header is written fresh", () => {
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
        expect(refuses(() => planStack(tars))).toBe(refuses(() => replay(tars)));
      }),
      { numRuns: 500 },
    );
  });
});

function refuses(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}
