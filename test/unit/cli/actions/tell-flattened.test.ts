import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { type Telling, tellFlattened } from "../../../../src/cli/actions/tell-flattened.ts";
import { GateNotMet } from "../../../../src/cli/gate.ts";
import type { FlattenResult } from "../../../../src/index.ts";
import { flattened } from "../views/sample-results.ts";

const unpaired = { source: [], flat: [] };
const differing: FlattenResult = { ...flattened, verified: { equal: false, images: [], unpaired, ignored: [] } };

/** The output on both streams, chunk by chunk, and whether the gate failed. */
async function told(result: FlattenResult, telling: Telling) {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const streams = [stdout, stderr].map(
    (chunks) => new Writable({ write: (chunk, _, done) => done(void chunks.push(String(chunk))) }),
  );
  const [out, err] = streams as unknown as [NodeJS.WriteStream, NodeJS.WriteStream];
  const { signal } = new AbortController();
  let gate = false;
  try {
    await tellFlattened(result, telling, { stdout: out, stderr: err, env: {}, signal });
  } catch (error) {
    gate = error instanceof GateNotMet;
  }
  return { stdout, stderr, gate };
}

describe("a result that differs from its source", () => {
  test.each(["text", "json"])("is reported as %s, and fails the gate", async (format) => {
    const { stdout, gate } = await told(differing, { destination: "oci:flat", flags: { format }, done: "Imported" });
    expect([stdout.join("").length > 100, gate]).toEqual([true, true]);
  });

  test("is reported on stderr if stdout has the digest", async () => {
    expect(await told(differing, { destination: "oci:flat", flags: { format: "text", quiet: true } })).toEqual({
      stdout: [`${flattened.digest}\n`],
      stderr: ["planish: the result is not the same as its source\n"],
      gate: true,
    });
  });
});

test("a result is reported on stderr if its archive goes to stdout, with the verb of the command", async () => {
  const telling: Telling = { destination: "-", flags: { format: "text" }, done: "Imported" };
  const { stdout, stderr, gate } = await told(flattened, telling);
  expect([stdout, stderr.join("").split(" ")[0], gate]).toEqual([[], "Imported", false]);
});

test("JSON is written in pieces, since a result with many diagnostics is longer than a text can be", async () => {
  const diagnostics = Array.from({ length: 5000 }, (_, at) => ({
    rule: "D8",
    message: "twice",
    strict: true,
    path: `${at}`,
  }));
  const { stdout } = await told({ ...flattened, diagnostics }, { destination: "oci:flat", flags: { format: "json" } });
  expect(stdout.length).toBeGreaterThan(4);
  expect(JSON.parse(stdout.join("")).diagnostics).toEqual(diagnostics);
});
