import { describe, expect, test } from "vitest";
import type { Case, Limits } from "../../../bench/stage-cases.ts";
import { recordText } from "../../../bench/stage-record.ts";
import { type Result, stageTable } from "../../../bench/stage-table.ts";

const limits: Limits = { shares: [{ what: "CPU", of: "flatten to gzip", atMost: 1.05 }] };

function result(name: string, cpus: readonly number[], more: Partial<Case> = {}): Result {
  const corpus = { directory: "", blobs: [], blobBytes: 1, tarBytes: 1e6 };
  const rounds = cpus.map((cpu) => ({ wall: 1, cpu, rss: 100, stages: {} }));
  return { case: { name, corpus: "nginx", command: () => [], ...more }, corpus, rounds };
}

const run = { date: "2026-11-21", args: ["--only", "nginx"], machine: "a machine", loadBefore: 0.1 };

describe("the table of the stages", () => {
  test("holds the least CPU time of a case against that of another one", () => {
    const flatten = result("flatten to gzip", [2, 4, 3]);
    const kept = stageTable([flatten, result("squash", [2.04, 4.1, 9], { limits })]);
    expect(kept).toMatch(/squash .*1\.02 ≤ 1\.05 × CPU of flatten to gzip: kept/);
    const broken = stageTable([flatten, result("squash", [3, 5, 2.5], { limits })]);
    expect(broken).toMatch(/squash .*\*\*broken: 1\.25 > 1\.05 × CPU of flatten to gzip\*\*/);
    expect(stageTable([result("squash", [3], { limits })])).toMatch(/squash .*not compared/);
  });
});

test("a limit on the wall time may be a share of a stage of the other case", () => {
  const flatten = result("flatten to gzip", [2]);
  const scanned = { ...flatten, rounds: flatten.rounds.map((round) => ({ ...round, stages: { scan: 800 } })) };
  const ofScan = (atMost?: number): { limits: Limits } => ({
    limits: { shares: [{ what: "wall", of: "flatten to gzip", stage: "scan", ...(atMost && { atMost }) }] },
  });
  expect(stageTable([scanned, result("analyze", [1], ofScan(1.3))])).toMatch(
    /analyze .*1\.25 ≤ 1\.3 × scan of flatten to gzip: kept/,
  );
  expect(stageTable([scanned, result("analyze", [1], ofScan(1.2))])).toContain(
    "**broken: 1.25 > 1.2 × scan of flatten to gzip**",
  );
  expect(stageTable([flatten, result("analyze", [1], ofScan(1.2))])).toContain("not compared");
  expect(stageTable([scanned, result("analyze", [1], ofScan())])).toMatch(/\| 1\.25 × scan of flatten to gzip \|$/m);
});

test("a share that is only told is left out where the other case did not run", () => {
  const told = { what: "wall", of: "floor" } as const;
  expect(stageTable([result("verify", [1], { limits: { rssMiB: 50, shares: [told] } })])).toMatch(
    /\| \*\*broken: 100 MiB > 50\*\* \|$/m,
  );
  expect(stageTable([result("verify", [1], { limits: { rssMiB: 200, shares: [told] } })])).toMatch(
    /\| ≤ 200 MiB: kept \|$/m,
  );
});

describe("a limit on the proof", () => {
  test("is a share of another stage of the same rounds", () => {
    const limited = result("flatten --verify", [1], {
      limits: { shares: [{ what: "verify", of: "scan", atMost: 2 }] },
    });
    const [round] = limited.rounds;
    const timed = (scan: number, verify: number) =>
      stageTable([{ ...limited, rounds: [{ ...round, wall: 1, cpu: 1, rss: 1, stages: { scan, verify } }] }]);
    expect(timed(1000, 1500)).toMatch(/1\.00 \/ 0\.00 \/ 0\.00 \/ 1\.50 \| verify 1\.50 ≤ 2 × scan: kept/);
    expect(timed(1000, 2500)).toContain("**broken: verify 2.50 > 2 × scan**");
    expect(stageTable([limited])).toContain("not compared");
  });
});

describe("the record of the stages", () => {
  const first = recordText(stageTable([result("flatten to gzip", [1]), result("verify", [7])]), {
    ...run,
    args: [],
  });

  test("gets the rows of a run of some cases, and keeps the others", () => {
    const second = recordText(stageTable([result("flatten to gzip", [2]), result("squash", [3])]), run, first);
    const rows = second.split("\n").filter((line) => line.startsWith("| nginx"));
    expect(rows.map((row) => row.split(" | ").slice(1, 4))).toEqual([
      ["flatten to gzip", "1.00", "2.00"],
      ["verify", "1.00", "7.00"],
      ["squash", "1.00", "3.00"],
    ]);
    expect(second).toMatch(
      /Measured apart:\n\n- nginx: 2026-11-21, `npm run bench:stages -- --only nginx`, load average 0\.1\n$/,
    );
  });

  test("can be typed again", () => {
    const args = ["--only", "100,000 files"];
    expect(recordText("", { ...run, args })).toContain('`npm run bench:stages -- --only "100,000 files"`');
  });

  test("tells of the last run of the same images alone", () => {
    const table = stageTable([result("flatten to gzip", [2])]);
    const twice = recordText(table, { ...run, date: "2026-11-22" }, recordText(table, run, first));
    expect(twice.split("Measured apart:")[1]?.match(/^- /gm)).toHaveLength(1);
    expect(twice).toContain("2026-11-22");
  });
});
