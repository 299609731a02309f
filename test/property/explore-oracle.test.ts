import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Explainable, explainPath } from "../../src/inspect/explain-path.ts";
import type { FileEntry } from "../../src/inspect/files/file-entry.ts";
import { findFiles } from "../../src/inspect/files/find-files.ts";
import { DEFAULT_LIMITS } from "../../src/limits.ts";
import { planMerge } from "../../src/plan/plan-merge.ts";
import { timeText } from "../../src/verify/differences.ts";
import type { ListedNode } from "../support/listing.ts";
import { replay } from "../support/oracle.ts";
import { planLayer } from "../support/plan-layer.ts";
import { useSeed } from "../support/seed.ts";
import { type Stack, stack } from "../support/stack-arbitrary.ts";

useSeed();

const options = { profile: "containerd", strict: false, canonical: false, limits: DEFAULT_LIMITS } as const;

function planned(tars: Stack): Explainable & { readonly plan: ReturnType<typeof planMerge> } {
  const layers = tars.map(planLayer);
  return { layers, plan: planMerge(layers, options), limits: options.limits };
}

describe("the files of a stack", () => {
  test("are those of the oracle, in every detail", () => {
    fc.assert(
      fc.property(stack, (tars) => {
        const { plan } = planned(tars);
        const files = findFiles(plan.entries, ({ source, fields }) => source !== undefined || fields.path !== "");
        const hidden = (path: string): boolean => path.split("/").some((name) => name.startsWith(".wh."));
        const listing = Object.entries(replay(tars)).filter(([path]) => !hidden(path));
        expect(
          Object.fromEntries(files.filter(({ path }) => !hidden(path)).map((file) => [file.path, words(file)])),
        ).toEqual(Object.fromEntries(listing.map(([path, node]) => [path, oracleWords(node)])));
      }),
      { numRuns: 100 },
    );
  });
});

describe("what explain says about a path", () => {
  test("agrees with the oracle after every layer, and at the end with the plan", () => {
    let seen = 0;
    fc.assert(
      fc.property(stack, (tars) => {
        const explainable = planned(tars);
        // Paths through a hard link to a symbolic link of a lower layer are not traced: most engines refuse them.
        if (explainable.plan.diagnostics.some(({ rule }) => rule === "D5")) return;
        const listings = tars.map((_, at) => replay(tars.slice(0, at + 1)));
        const paths = new Set(listings.flatMap((listing) => Object.keys(listing)));
        for (const path of paths) {
          const steps = [...explainPath(path, explainable)];
          const made = steps.filter(({ effect }) => effect === "adds" || effect === "changes");
          for (const [layer, listing] of listings.entries()) {
            const there = made.some(
              ({ layer: own, hidden }) =>
                own <= layer && (hidden === undefined || (hidden.by !== undefined && hidden.by.layer > layer)),
            );
            if (listing[path] === undefined) expect([path, layer, there]).toEqual([path, layer, false]);
            // What is there without an entry of its own is an implied directory.
            else if (!there) expect(listing[path]?.type).toBe("5");
            seen += 1;
          }
          for (const { hidden } of made) {
            const { by } = hidden ?? {};
            if (by === undefined) continue;
            expect(steps.some(({ layer, ordinal }) => layer === by.layer && ordinal === by.ordinal)).toBe(true);
          }
        }
      }),
      { numRuns: 100 },
    );
    expect(seen).toBeGreaterThan(300);
  });
});

const TYPES = { file: "0", symlink: "2", char: "3", block: "4", directory: "5", fifo: "6", whiteout: "w", opaque: "o" };

function words({ type, mode, uid, gid, mtime, size, target, device, links, xattrs }: FileEntry): unknown {
  const holds = type === "file" ? size : (target ?? device ?? "");
  const values = Object.fromEntries(xattrs.map(({ name, value }) => [name, value]));
  return { type: TYPES[type], mode, owner: `${uid}:${gid}`, mtime, holds, links, xattrs: values };
}

function oracleWords({ type, mode, owner, mtime, xattrs, holds, names = [""] }: ListedNode): unknown {
  const shown = type === "0" ? holds.length : holds;
  return { type, mode: mode.padStart(4, "0"), owner, mtime: timeOf(mtime), holds: shown, links: names.length, xattrs };
}

/** `-1.5` is half a second after 1969-12-31T23:59:58. */
function timeOf(text: string): string {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)\.?(\d*)$/.exec(text) ?? [];
  const size = BigInt(whole + fraction.slice(0, 9).padEnd(9, "0"));
  const time = sign === "-" ? -size : size;
  const nanoseconds = ((time % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return timeText({ seconds: Number((time - nanoseconds) / 1_000_000_000n), nanoseconds: Number(nanoseconds) });
}
