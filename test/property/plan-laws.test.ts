import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { replayPaths } from "../support/oracle.ts";
import { planLayer } from "../support/plan-layer.ts";
import { planStack } from "../support/plan-stack.ts";
import { rebuild } from "../support/rebuild.ts";
import { useSeed } from "../support/seed.ts";
import { type Stack, stack } from "../support/stack-arbitrary.ts";

useSeed();

const OPTIONS = [
  { profile: "containerd", canonical: false },
  { profile: "overlay2", canonical: false },
  { profile: "spec", canonical: false },
  { profile: "containerd", canonical: true },
] as const;

describe("every plan", () => {
  test.each(OPTIONS)("is unchanged if its flat layer is planned again ($profile, canonical $canonical)", (options) => {
    law(({ tars }) => {
      if (refusedBy(options, tars)) return;
      const once = planStack(tars, options).tar;
      const twice = planStack([once], options);
      expect(Buffer.compare(twice.tar, once)).toBe(0);
      expect(planStack([once], { ...options, canonical: false }).plan.alreadyFlat).toBe(true);
    });
  });

  test("keeps or hides each entry, never both", () => {
    law(({ tars }) => {
      const { plan } = planStack(tars);
      const entries = tars.map(planLayer).reduce((sum, layer) => sum + layer.entries.length, 0);
      const implied = [...replayPaths(tars).values()].filter((node) => node.implied).length;
      expect([...plan.hidden]).toHaveLength(plan.hidden.length);
      expect(plan.hidden.length + plan.entryCount - implied).toBe(entries);
    });
  });

  test("names an existing entry as what hides another", () => {
    law(({ tars }) => {
      const layers = tars.map(planLayer);
      for (const { layer, ordinal, reason, by } of planStack(tars).plan.hidden) {
        const own = layers[layer]?.entries.at(ordinal);
        if (by === undefined) expect(reason, own?.path).toBe("marker");
        else expect(layers[by.layer]?.entries.at(by.ordinal).ordinal).toBe(by.ordinal);
      }
    });
  });

  test("has the size of its segments, which are the same in every iteration", () => {
    law(({ tars }) => {
      const { plan } = planStack(tars);
      const segments = [...plan.segments];
      expect([...plan.segments]).toEqual(segments);
      const bytes = segments.map((segment) => {
        if (segment.kind === "copy") return segment.end - segment.start;
        return segment.kind === "fresh" ? segment.bytes.length : segment.length;
      });
      expect(Math.min(...bytes)).toBeGreaterThan(0);
      expect(bytes.reduce((sum, length) => sum + length, 0)).toBe(plan.size);
    });
  });

  test("in canonical form depends only on the filesystem, not on order, dialect, layers or link leaders", () => {
    fc.assert(
      fc.property(stack, fc.infiniteStream(fc.nat()), (tars, random) => {
        const flat = planStack(tars, { canonical: true }).tar;
        const other = rebuild(flat, (below) => (random.next().value ?? 0) % below);
        expect(Buffer.compare(planStack(other, { canonical: true }).tar, flat)).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});

function law(check: (input: { readonly tars: Stack }) => void): void {
  fc.assert(
    fc.property(stack, (tars) => check({ tars })),
    { numRuns: 150 },
  );
}

/** The spec profile refuses a few more stacks: hard links to what a whiteout of their layer removed. */
function refusedBy(options: (typeof OPTIONS)[number], tars: Stack): boolean {
  try {
    planStack(tars, options);
    return false;
  } catch {
    return options.profile === "spec";
  }
}
