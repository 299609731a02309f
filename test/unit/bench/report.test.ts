import { describe, expect, test } from "vitest";
import { bounds } from "../../../bench/report/bounds.ts";
import { mergeResults } from "../../../bench/report/record.ts";
import { type ImageFacts, type Results, type Row, ratio, toPlanish } from "../../../bench/report/row.ts";
import { spread, spreadText } from "../../../bench/report/spread.ts";
import { imageTable } from "../../../bench/report/tables.ts";

const IMAGE: ImageFacts = { name: "nginx", title: "nginx", layers: 4, blobBytes: 4e8, tarBytes: 9e8, even: true };

describe("spread", () => {
  test("takes the middle of an odd number of figures and the mean of the two middle ones of an even number", () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
  });

  test("shows its ends only where they differ", () => {
    expect(spreadText(spread([1, 2, 3]), 1)).toBe("2.0 (1.0–3.0)");
    expect(spreadText(spread([1.234]))).toBe("1.23");
  });
});

describe("ratio", () => {
  test("compares the rounds that both have, each with its own", () => {
    const [slow, fast] = [
      [cost({ cpu: 4 }), cost({ cpu: 9 })],
      [cost({ cpu: 2 }), cost({ cpu: 3 }), cost({ cpu: 1 })],
    ];
    expect(ratio(slow, fast)).toEqual({ median: 2.5, min: 2, max: 3 });
    expect(ratio(slow, [])).toBeUndefined();
  });
});

describe("toPlanish", () => {
  test("compares two subjects by what each took of the floor in its own run", () => {
    const planish = row({ toFloor: spread([1, 1.5, 2]) });
    const crane = row({ subject: "crane", toFloor: spread([30, 36]) });
    expect(toPlanish(crane, [planish, crane])).toEqual({ median: 22, min: 15, max: 36 });
    expect(toPlanish(planish, [planish, crane])).toBeUndefined();
    expect(toPlanish(row({ subject: "floor" }), [planish])).toMatchObject({ min: 0.5, max: 1 });
  });
});

describe("mergeResults", () => {
  test("puts rows of a run in the place of older ones and keeps the others, in the order of the subjects", () => {
    const older = results([row({ subject: "planish", load: 1 }), row({ subject: "crane", load: 1 })]);
    const newer = results([row({ subject: "planish", load: 2 }), row({ subject: "umoci", load: 2 })]);
    const merged = mergeResults(older, newer);
    expect(merged.rows.map(({ subject, load }) => [subject, load])).toEqual([
      ["planish", 2],
      ["crane", 1],
      ["umoci", 2],
    ]);
    expect(merged.images).toEqual([IMAGE]);
  });
});

describe("imageTable", () => {
  test("says how busy the machine was for the rows that it shows, planish's own apart", () => {
    const rows = [row({ load: 1.4 }), row({ role: "planish", load: 1.9 })];
    const others = [row({ subject: "crane", role: "peer", load: 3 }), row({ role: "floor", load: 12.2 })];
    expect(imageTable(IMAGE, rows)).toContain("MB as gzip; load average 1.4–1.9 when its rows began\n");
    expect(imageTable(IMAGE, others.slice(0, 1))).toContain("; load average 3.0 when its rows began\n");
    expect(imageTable(IMAGE, [...rows, ...others])).toContain(
      "; load average 1.4–1.9 when planish's rows began and 3.0–12.2 when the others did\n",
    );
  });

  test("says why a row has no figures", () => {
    expect(imageTable(IMAGE, [row({ rounds: [], missing: "no go" })])).toContain("| not measured: no go |");
  });

  test("says how many names are wrong and which settings are lost", () => {
    const table = imageTable(IMAGE, [row({ verdict: { ...RIGHT, wrongNames: 7, lostSettings: ["Cmd", "Env"] } })]);
    expect(table).toContain("**no**: 7 names differ | **no**: Cmd, Env |");
  });
});

describe("bounds", () => {
  test("are kept or not by what was measured", () => {
    const toFloor = spread([1.3]);
    const planish = row({ rounds: [cost({ cpu: 2, wall: 1, rss: 150, disk: 1.2e9 })], toFloor, verdict: RIGHT });
    const crane = row({ subject: "crane", toFloor: spread([1.3 * 30]), verdict: RIGHT });
    const found = bounds(results([planish, crane])).map(({ what, kept }) => [what, kept]);
    expect(found).toEqual([
      ["CPU ÷ floor", false],
      ["wall ÷ CPU, on two cores", true],
      ["peak RSS", true],
      ["scratch and output on disk", true],
      ["output ÷ that of `crane flatten`, which compresses as Docker does", true],
      ["CPU of `crane flatten` ÷ planish's", true],
    ]);
  });

  test("hold the share of spliced bytes against what was done to all of them", () => {
    const planish = row({ copied: { spliced: 95, transcoded: 4, recompressed: 1 } });
    const found = bounds(results([planish])).find(({ what }) => what === "bytes spliced raw");
    expect(found).toMatchObject({ measured: "95.0 %", kept: false });
  });

  test("ask for two cores' worth of speed only where layers can be shared out", () => {
    const slow = results([row({ rounds: [cost({ cpu: 1, wall: 1.05 })] })]);
    const ofWall = (found: Results): unknown => bounds(found).find(({ what }) => what.startsWith("wall"));
    expect(ofWall(slow)).toMatchObject({ bound: "≤ 0.7", kept: false });
    expect(ofWall({ ...slow, images: [{ ...IMAGE, even: false }] })).toMatchObject({ bound: "≤ 1.1", kept: true });
  });

  test("are not said of what was not measured", () => {
    expect(bounds(results([row({ subject: "crane" })]))).toEqual([]);
  });
});

const RIGHT = { bytes: 4e8, layers: 1, wrongNames: 0, examples: [], lostSettings: [] };

function cost(of: Partial<Row["rounds"][number]>): Row["rounds"][number] {
  return { wall: 1, cpu: 1, rss: 1, disk: 1, stages: {}, ...of };
}

function row(of: Partial<Row>): Row {
  const now = { measured: "2026-11-21T12:00:00Z", load: 0 };
  return { image: "nginx", subject: "planish", title: "planish", role: "planish", ...now, rounds: [cost({})], ...of };
}

function results(rows: readonly Row[]): Results {
  return { machine: "a machine", images: [IMAGE], rows };
}
