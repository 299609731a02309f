import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { createPaint } from "../../../../src/cli/terminal.ts";
import { recommendationLines } from "../../../../src/cli/views/analysis-advice.ts";
import { analysisJunit } from "../../../../src/cli/views/analysis-junit.ts";
import { analysisMarkdown } from "../../../../src/cli/views/analysis-markdown.ts";
import { analysisSarif } from "../../../../src/cli/views/analysis-sarif.ts";
import { measurementLines } from "../../../../src/cli/views/measurement-lines.ts";
import { type AnalysisResult, analyze, type Measurement } from "../../../../src/index.ts";
import { ociLayout, writeFolder } from "../../../support/image-archives.ts";
import { image } from "../../../support/image-fixture.ts";
import { file, layer, whiteout } from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();

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
  notMeasured: "stat and read: this user cannot reach the engine's containers on this machine",
};

describe("a measurement", () => {
  test("shows medians with their spread, and a change only if the rounds do not overlap", () => {
    const lines = measurementLines(measured, style);
    expect(lines.slice(-5).map((line) => line.replace(/ {2,}/g, " | "))).toEqual([
      expect.stringContaining("AS IT IS | FLAT | CHANGE"),
      " | load | 2.0 s (1.9 s–2.1 s) | 1.0 s (900 ms–1.1 s) | -50.0 %",
      expect.stringMatching(/start \| 320 ms .*no clear change$/),
      expect.stringMatching(/^Not measured: stat and read: /),
      expect.stringContaining("machine."),
    ]);
  });

  test.each([1, 2])("gives figures, but calls no change clear, with %i of at least three rounds", (rounds) => {
    const few: Measurement = {
      ...measured,
      rounds,
      steps: [{ step: "load", before: spread(2000, 2000, 2000), flat: spread(1000, 1000, 1000) }],
      notMeasured: undefined,
    };
    const [title, ...lines] = measurementLines(few, { ...style, columns: 120 });
    expect(title).toContain(rounds === 1 ? "1 round:" : "2 rounds; median, least to most:");
    expect(lines.map((line) => line.replace(/ {2,}/g, " | "))).toEqual([
      " | AS IT IS | FLAT",
      " | load | 2.0 s | 1.0 s",
      "Too few rounds to tell a change from noise: --rounds 3 or more.",
    ]);
  });

  test("keeps to the width", () => {
    for (const line of measurementLines(measured, style)) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });
});

test("advice keeps to the width with its reason", async () => {
  const { sources } = await analyze([writeFolder(folder.in("layout"), ociLayout(image()))]);
  const analyzed = sources.flatMap(({ images }) => images);
  expect(analyzed).toHaveLength(1);
  const reason = "only 1.2 MB are hidden above the base, which can stay shared; to flatten it all would save 12 MB";
  for (const one of analyzed) {
    const recommendation = { action: "leave" as const, reason };
    const lines = recommendationLines({ ...one, recommendation }, style);
    expect(lines.join(" ")).toBe(`Advice: leave (${reason})`);
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
  }
});

describe("an index of two platforms", () => {
  const layers = [
    layer(file(".netrc", "x\n"), file("a", "a".repeat(2_000_000))),
    layer(whiteout(".netrc"), whiteout("a")),
  ];

  /** The same image for two platforms, of which only the first fails the gate. */
  async function ofTwo(): Promise<AnalysisResult> {
    const path = writeFolder(folder.in("layout"), ociLayout(image({ layers })));
    const { sources, gates } = await analyze([path], { failOn: ["layers>1"] });
    const other = { platform: "linux/arm64", passed: true };
    return {
      sources: sources.map((source) => ({
        ...source,
        images: source.images.flatMap((one) => [one, { ...one, platform: other.platform }]),
      })),
      gates: gates?.flatMap((one) => [one, { ...one, ...other }]),
    };
  }

  test("shows in Markdown which of them failed a gate", async () => {
    const rows = analysisMarkdown(await ofTwo())
      .split("\n")
      .slice(4, 6);
    expect(rows).toEqual([
      expect.stringMatching(/failed.*\(linux\/amd64\) \|$/),
      expect.stringMatching(/passed.*\(linux\/arm64\) \|$/),
    ]);
  });

  test("names the platform in every message of SARIF", async () => {
    const { runs } = JSON.parse(analysisSarif(await ofTwo()));
    const texts: string[] = runs[0].results.map(({ message }: { message: { text: string } }) => message.text);
    expect(texts.length).toBeGreaterThan(4);
    for (const text of texts) expect(text).toMatch(/linux\/a(?:md|rm)64\)/);
    expect(new Set(texts).size).toBe(texts.length);
  });

  test("has a location in SARIF whatever its name is", async () => {
    const { sources, gates } = await ofTwo();
    const failed = gates?.map((one) => ({ ...one, passed: false, source: "oci:layout:\ud800" }));
    expect(analysisSarif({ sources, gates: failed })).toContain('"uri": "oci%3Alayout%3A%EF%BF%BD"');
  });

  test("has a suite for the gates of each, even with equal platforms", async () => {
    const two = await ofTwo();
    const alike = two.sources.map((source) => ({
      ...source,
      images: source.images.map((one) => ({ ...one, platform: "linux/amd64" })),
    }));
    const gates = two.gates?.map((one) => ({ ...one, platform: "linux/amd64" }));
    for (const result of [two, { sources: alike, gates }]) {
      const suites = analysisJunit(result).split("<testsuite ").slice(1);
      expect(suites.map((suite) => suite.match(/classname="gate"/g)?.length)).toEqual([1, 1]);
      expect(suites.map((suite) => suite.includes("<failure"))).toEqual([true, false]);
    }
  });
});
