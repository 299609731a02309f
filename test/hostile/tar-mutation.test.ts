import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFlattenError } from "../../src/errors.ts";
import { damagedTar } from "../support/damaged-tars.ts";
import { layerIndex } from "../support/layer-index.ts";
import { mergedListing, withDigests } from "../support/merge-stack.ts";
import { planStack } from "../support/plan-stack.ts";
import { unpackFlat } from "../support/unpack-flat.ts";

const CODES = ["TAR_INVALID", "PATH_UNSAFE", "WHITEOUT_INVALID", "LIMIT_EXCEEDED"];

describe("a damaged tar", () => {
  it("is either read, or refused with a code", async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damagedTar, fc.boolean(), async (broken, lenientTar) => {
        try {
          const index = await layerIndex(broken, { lenientTar });
          for (const { span, body } of index.entries)
            expect(span.end <= broken.length && body.start <= body.end).toBe(true);
        } catch (error) {
          if (!isFlattenError(error)) throw error;
          expect(CODES).toContain(error.code);
          refused += 1;
        }
      }),
      { seed: 9, numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(300);
    expect(refused).toBeLessThan(2900);
  });

  it("is refused by the verifier's own reader, too, or read to the same files", () => {
    let read = 0;
    fc.assert(
      fc.property(damagedTar, (broken) => {
        const flat = attempt(() => withDigests(unpackFlat(planStack([broken]).tar)));
        expect(attempt(() => mergedListing([broken]))).toEqual(flat);
        if (flat !== undefined) read += 1;
      }),
      { seed: 9, numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(100);
    expect(read).toBeLessThan(2700);
  });
});

/** The result of a function; undefined if it refuses. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!isFlattenError(error)) throw error;
    return undefined;
  }
}
