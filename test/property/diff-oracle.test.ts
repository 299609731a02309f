import fc from "fast-check";
import { expect, test } from "vitest";
import type { ContentPlace, ScannedSide } from "../../src/inspect/diff/diff-side.ts";
import { joinSides } from "../../src/inspect/diff/join-sides.ts";
import { sha256 } from "../../src/oci/digest.ts";
import { compareFilesystems } from "../../src/verify/compare-filesystems.ts";
import { mergeStack } from "../support/merge-stack.ts";
import { planLayer } from "../support/plan-layer.ts";
import { planOf } from "../support/plan-stack.ts";
import { useSeed } from "../support/seed.ts";
import { type Stack, stack } from "../support/stack-arbitrary.ts";

useSeed();

/** A side as the join sees it: without image or source. */
function sideOf(tars: Stack): ScannedSide {
  const layers = tars.map((tar) => ({ ...planLayer(tar), diffId: sha256(tar) }));
  return { plan: planOf(tars), layers, numbers: [...tars.keys()] } as unknown as ScannedSide;
}

function bytesAt(tars: Stack, side: ScannedSide, { layer, ordinal }: ContentPlace): Buffer {
  const { start, end } = side.layers[layer]?.entries.at(ordinal).body ?? { start: 0, end: 0 };
  return Buffer.from(tars[layer]?.subarray(start, end) ?? []);
}

test("diff finds what the verifier finds with another tar reader and another merge", () => {
  fc.assert(
    fc.property(stack, stack, fc.boolean(), (first, second, related) => {
      const tars: readonly [Stack, Stack] = [first, related ? [...first.slice(0, 2), ...second.slice(0, 1)] : second];
      const [before, after] = [attempt(() => sideOf(tars[0])), attempt(() => sideOf(tars[1]))];
      if (before === undefined || after === undefined) return;
      const joined = [...joinSides([before, after], new Set())];
      const found = joined.flatMap(({ difference: { kind, path, attributes }, contents }) => {
        const differ = contents && !bytesAt(tars[0], before, contents[0]).equals(bytesAt(tars[1], after, contents[1]));
        const changes = [...attributes.map(({ attribute }) => attribute), ...(differ ? ["content"] : [])].sort();
        return kind === "changed" && changes.length === 0 ? [] : [[kind, path, changes]];
      });
      const { differences } = compareFilesystems(mergeStack(tars[0]), mergeStack(tars[1]));
      const expected = differences
        .filter(({ path }) => path !== "")
        .map(({ kind, path, attributes }) => {
          const names = attributes.map(({ attribute }) => attribute);
          const changes = names.includes("size") ? names.filter((name) => name !== "content") : names;
          return [kind === "missing" ? "removed" : kind, path, changes.sort()];
        });
      expect(found).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
