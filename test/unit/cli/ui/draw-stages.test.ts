import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { createPaint } from "../../../../src/cli/terminal.ts";
import { drawStages } from "../../../../src/cli/ui/draw-stages.ts";
import type { StageState } from "../../../../src/cli/ui/stage-board.ts";

const unicode = createPaint({ colour: false, unicode: true });
const ascii = createPaint({ colour: false, unicode: false });

const open: StageState = {
  stage: "open",
  label: "docker-archive:app.tar",
  total: undefined,
  done: 0,
  started: 0,
  took: 120,
  rate: 0,
};
const scan: StageState = {
  stage: "scan",
  label: "8 layers",
  total: 1.2e9,
  done: 1.2e9,
  started: 120,
  took: 4100,
  rate: 292e6,
};
const encode: StageState = {
  stage: "encode",
  label: "one layer",
  total: 1.2e9,
  done: 620e6,
  started: 4220,
  took: undefined,
  rate: 250e6,
};
const stages = [open, scan, encode];

describe("the bars", () => {
  test("show finished and running stages, and the time left", () => {
    expect(drawStages(stages, { columns: 79, paint: unicode, frame: 0 })).toEqual([
      "✔ open    docker-archive:app.tar  120 ms",
      "✔ scan    8 layers  1.2 GB  292 MB/s  4.1 s",
      "⠋ encode  ━━━━━━━────────  51 %  620 MB of 1.2 GB  250 MB/s  3 s left",
    ]);
  });

  test("show how many of several images are done, and the current one by the end of its name", () => {
    const images = {
      ...encode,
      stage: "images",
      label: `${"registry.example/".repeat(5)}app:1.0`,
      total: 3000,
      done: 216,
    };
    expect(drawStages([{ ...images, rate: 0.25 }, scan], { columns: 79, paint: unicode, frame: 0 })).toEqual([
      "⠋ images  ━──────────────  7 %  217 of 3,000  3 h 06 min left",
      "          registry.example/registry.example/…y.example/registry.example/app:1.0",
      "✔ scan    8 layers  1.2 GB  292 MB/s  4.1 s",
    ]);
  });

  test("do without Unicode if the locale has none", () => {
    expect(drawStages([encode], { columns: 79, paint: ascii, frame: 3 })).toEqual([
      "\\ encode  #######........  51 %  620 MB of 1.2 GB  250 MB/s  3 s left",
    ]);
  });

  test.each([20, 40, 60, 80, 160])("are never wider than %d columns", (columns) => {
    const long = { ...open, label: `oci-archive:${"日本".repeat(100)}` };
    const images = { ...long, stage: "images", total: 3000, done: 216, took: undefined };
    for (const line of drawStages([images, long, scan, encode], { columns, paint: unicode, frame: 1 })) {
      expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  test("show the label of a stage while its size is unknown", () => {
    const unknown = { ...encode, total: undefined, done: 0, rate: 0 };
    expect(drawStages([unknown], { columns: 79, paint: unicode, frame: 1 })).toEqual(["⠙ encode  one layer"]);
  });

  test("never say 100 % before the end", () => {
    const almost = { ...encode, done: 1.2e9 - 1 };
    expect(drawStages([almost], { columns: 79, paint: unicode, frame: 1 }).join()).toContain("99 %");
  });

  test("show a label from an image without its control characters", () => {
    expect(drawStages([{ ...open, label: "\x1b[2J" }], { columns: 79, paint: unicode, frame: 0 }).join()).toContain(
      "\\x1b[2J",
    );
  });
});
