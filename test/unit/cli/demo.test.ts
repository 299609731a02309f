import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shellQuote } from "../../../src/cli/text/shell-quote.ts";
import type { FlattenResult, HistoryResult, InspectResult } from "../../../src/index.ts";
import { schemaErrors } from "../../support/json-schema.ts";
import { type CliOutcome, runCli } from "../../support/run-cli.ts";

const directory = mkdtempSync(join(tmpdir(), "planish-cli-"));
const source = join(directory, "planish-demo.tar");
const flat = join(directory, "planish-demo-flat.tar");
afterAll(() => rmSync(directory, { recursive: true }));

/** The JSON output of a command, after a check of its status, its stderr and its schema. */
async function json<Result>(schema: string, args: readonly string[]): Promise<Result> {
  const { status, stdout, stderr } = await runCli([...args, "--format", "json"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const value = JSON.parse(stdout) as Result;
  expect(schemaErrors(schema, value)).toEqual([]);
  return value;
}

describe("planish demo", () => {
  test("reports that it cannot create its folder", async () => {
    const { status, stderr } = await runCli(["demo", "/dev/null/demo"]);
    expect(status).toBe(4);
    expect(stderr).toContain("DESTINATION_REFUSED: cannot write /dev/null/demo: a part of the path is not a folder");
  });

  test("does not take an empty argument for the current folder", async () => {
    const { status, stdout, stderr } = await runCli(["demo", ""]);
    expect({ status, stdout, stderr }).toMatchObject({ status: 2, stdout: "" });
    expect(stderr).toContain('ARGUMENT_INVALID: DIR: "" is not a path');
  });

  let first: CliOutcome;
  beforeAll(async () => {
    first = await runCli(["demo", directory]);
  });

  test("shows the image before and after, and leaves only the two archives", () => {
    expect({ status: first.status, stderr: first.stderr }).toEqual({ status: 0, stderr: "" });
    expect(first.stdout).toMatch(/6 layers; .*; hidden: 35 entries, 2\.14 MB; flat: 1\.42 MB/);
    expect(first.stdout).toMatch(/layers {3}6 -> 1\nentries {2}24 kept, 35 hidden\n/);
    expect(first.stdout).toContain(`docker load -i ${shellQuote(flat)}`);
    expect(first.stdout).not.toContain("Worth knowing");
    expect(readdirSync(directory).sort()).toEqual(["planish-demo-flat.tar", "planish-demo.tar"]);
  });

  test("can be run again, and makes the same archives", async () => {
    const before = readFileSync(flat);
    await json("demo", ["demo", directory]);
    expect(readFileSync(flat).equals(before)).toBe(true);
  });

  test("fits a terminal of 80 columns, except for commands to copy", async () => {
    const { stdout } = await runCli(["demo", directory], { terminal: true, env: { NO_COLOR: "1" } });
    const long = stdout.split("\n").filter((line) => line.length > 80 && !line.includes(basename(directory)));
    expect(long).toEqual([]);
  });
});

describe("planish history", () => {
  test("shows what upper layers hide", async () => {
    const result = await json<HistoryResult>("history", ["history", source]);
    const layers = result.images[0]?.steps.flatMap(({ layer }) => layer ?? []).reverse() ?? [];
    expect(layers.map(({ number, entries, hidden }) => [number, entries, hidden.entries])).toEqual([
      [0, 13, 4],
      [1, 22, 21],
      [2, 5, 2],
      [3, 6, 4],
      [4, 5, 3],
      [5, 8, 1],
    ]);
    expect(layers.map(({ hidden }) => hidden.reasons.opaque)).toEqual([0, 3, 0, 0, 0, 0]);
    expect(result.names).toEqual(["planish-demo:latest"]);
  });

  test("of the flat image has one layer and all the old steps", async () => {
    const result = await json<HistoryResult>("history", ["history", flat]);
    const steps = result.images[0]?.steps ?? [];
    expect(steps.map(({ layer }) => layer?.hidden.entries)).toEqual([
      0,
      ...Array.from({ length: 12 }, () => undefined),
    ]);
  });
});

describe("planish inspect", () => {
  test("prints the exact config and manifest", async () => {
    const result = await json<InspectResult>("inspect", ["inspect", source]);
    const [image] = result.images;
    expect(image?.config.json).toMatchObject({ config: { StopSignal: "SIGKILL" } });
    expect(image?.layers.map(({ number, digest, diffId }) => [number, digest === (diffId as string)])).toEqual(
      [0, 1, 2, 3, 4, 5].map((number) => [number, true]),
    );
    const raw = await runCli(["inspect", source, "--raw", "config"]);
    expect(raw.stdout).toBe(image?.config.text);
  });

  test("reports that there is no index", async () => {
    const { status, stderr } = await runCli(["inspect", source, "--raw", "index"]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: "planish: ARGUMENT_INVALID: --raw index: the source is one image without an index\n",
    });
  });
});

describe("planish flatten", () => {
  const to = (name: string): string => `docker-archive:${join(directory, name)}`;

  test("prints what it did, and writes the digest to a file", async () => {
    const digestfile = join(directory, "digest");
    const result = await json<FlattenResult>("flatten", ["flatten", source, to("a.tar"), "--digestfile", digestfile]);
    expect(result).toMatchObject({
      tags: ["planish-demo:latest"],
      images: [{ alreadyFlat: false, before: { layers: 6 } }],
    });
    expect(readFileSync(digestfile, "utf8")).toBe(`${result.digest}\n`);
  });

  test("prints the digest alone with --quiet", async () => {
    const { stdout, stderr } = await runCli(["flatten", source, to("b.tar"), "-q"]);
    expect(stdout).toMatch(/^sha256:[0-9a-f]{64}\n$/);
    expect(stderr).toBe("");
  });

  test("says that an image is flat already", async () => {
    const { stdout } = await runCli(["flatten", flat, to("c.tar")]);
    expect(stdout).toContain("Already flat, copied");
  });

  test("refuses to replace a file without --force, as text and as JSON", async () => {
    await runCli(["flatten", source, to("d.tar")]);
    const again = await runCli(["flatten", source, to("d.tar")]);
    expect(again.status).toBe(2);
    expect(again.stderr).toMatch(/planish: DESTINATION_EXISTS: /);
    const asked = await runCli(["flatten", source, to("d.tar"), "--format", "json"]);
    expect(schemaErrors("error", JSON.parse(asked.stderr))).toEqual([]);
    expect((await runCli(["flatten", source, to("d.tar"), "--force"])).status).toBe(0);
  });

  test("refuses a digest file that it cannot write before it does anything", async () => {
    const outcome = await runCli(["flatten", source, to("e.tar"), "--digestfile", join(directory, "none/digest")]);
    expect(outcome.status).toBe(4);
    expect(outcome.stderr).toContain("DESTINATION_REFUSED: cannot write ");
    expect(readdirSync(directory)).not.toContain("e.tar");
  });

  test("reports its progress as events", async () => {
    const { stderr } = await runCli(["flatten", source, to("f.tar"), "--progress", "json"]);
    const events = stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { stage: string });
    for (const event of events) expect(schemaErrors("progress", event)).toEqual([]);
    expect(new Set(events.map(({ stage }) => stage))).toContain("scan");
  });

  test("leaves nothing when interrupted, and says so", async () => {
    const { Interruption } = await import("../../../src/cli/interruption.ts");
    const signal = AbortSignal.abort(new Interruption("SIGTERM"));
    const outcome = await runCli(["flatten", source, to("g.tar")], { signal });
    expect(outcome).toEqual({
      status: 143,
      stdout: "",
      stderr: "planish: interrupted by SIGTERM; nothing was left behind\n",
    });
    expect(readdirSync(directory)).not.toContain("g.tar");
  });
});
