import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { type Telling, tellFlattened } from "../../../../src/cli/actions/tell-flattened.ts";
import { GateNotMet } from "../../../../src/cli/gate.ts";
import type { FlattenResult } from "../../../../src/index.ts";
import { unread } from "../../../support/unread.ts";
import { flattened } from "../views/sample-results.ts";

const unpaired = { source: [], flat: [] };
const differing: FlattenResult = { ...flattened, verified: { equal: false, images: [], unpaired, ignored: [] } };

/** The output on both streams, and whether the gate failed. */
function told(result: FlattenResult, telling: Telling): { stdout: string; stderr: string; gate: boolean } {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()] as unknown as NodeJS.WriteStream[];
  if (stdout === undefined || stderr === undefined) throw new Error("no streams");
  let gate = false;
  try {
    tellFlattened(result, telling, { stdout, stderr, env: {} });
  } catch (error) {
    gate = error instanceof GateNotMet;
  }
  return { stdout: unread(stdout), stderr: unread(stderr), gate };
}

describe("a result that differs from its source", () => {
  test.each(["text", "json"])("is reported as %s, and fails the gate", (format) => {
    const { stdout, gate } = told(differing, { destination: "oci:flat", flags: { format }, done: "Imported" });
    expect([stdout.length > 100, gate]).toEqual([true, true]);
  });

  test("is reported on stderr if stdout has the digest", () => {
    expect(told(differing, { destination: "oci:flat", flags: { format: "text", quiet: true } })).toEqual({
      ...{ stdout: `${flattened.digest}\n`, stderr: "planish: the result is not the same as its source\n", gate: true },
    });
  });
});

test("a result is reported on stderr if its archive goes to stdout, with the verb of the command", () => {
  const { stdout, stderr, gate } = told(flattened, { destination: "-", flags: { format: "text" }, done: "Imported" });
  expect([stdout, stderr.split(" ")[0], gate]).toEqual(["", "Imported", false]);
});
