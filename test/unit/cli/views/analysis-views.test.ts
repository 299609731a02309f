import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { createPaint } from "../../../../src/cli/terminal.ts";
import { measurementLines } from "../../../../src/cli/views/measurement-lines.ts";
import type { Measurement } from "../../../../src/index.ts";

const style = { paint: createPaint({ colour: false, unicode: true }), columns: 80 };
const spread = (least: number, median: number, most: number) => ({ least, median, most });
const measured: Measurement = {
  source: "docker-archive:app.tar",
  engine: "docker",
  endpoint: "unix:///run/docker.sock",
  platform: "linux/amd64",
  rounds: 3,
  steps: [
    { step: "load", before: spread(1900, 2000, 2100), flat: spread(900, 1000, 1100) },
    { step: "start", before: spread(300, 320, 500), flat: spread(290, 330, 400) },
  ],
  notMeasured: "walk and read: the containers of the engine are not within reach of this user on this machine",
};

describe("a measurement", () => {
  test("tells medians with their spread, and a change only where the rounds lie apart", () => {
    const lines = measurementLines(measured, style);
    expect(lines.slice(-5).map((line) => line.replace(/ {2,}/g, " | "))).toEqual([
      expect.stringContaining("AS IT IS | FLAT | CHANGE"),
      " | load | 2.0 s (1.9 s–2.1 s) | 1.0 s (900 ms–1.1 s) | -50.0 %",
      expect.stringMatching(/start \| 320 ms .*no clear change$/),
      expect.stringMatching(/^Not measured: walk and read: /),
      expect.stringContaining("machine."),
    ]);
  });

  test("keeps to the width", () => {
    for (const line of measurementLines(measured, style)) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });
});
