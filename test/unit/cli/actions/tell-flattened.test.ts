import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { type Telling, tellFlattened } from "../../../../src/cli/actions/tell-flattened.ts";
import { GateNotMet } from "../../../../src/cli/gate.ts";
import type { FlattenResult } from "../../../../src/index.ts";
import { unread } from "../../../support/unread.ts";
import { flattened } from "../views/sample-results.ts";

const unpaired = { source: [], flat: [] };
const differing: FlattenResult = { ...flattened, verified: { equal: false, images: [], unpaired, ignored: [] } };

/** What was told on either stream, and whether that was all. */
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

describe("a result that is not the same as its source", () => {
  test.each(["text", "json"])("is told as %s, and is a gate that was not met", (format) => {
    const { stdout, gate } = told(differing, { destination: "oci:flat", flags: { format }, done: "Imported" });
    expect([stdout.length > 100, gate]).toEqual([true, true]);
  });

  test("is told on stderr where stdout is for the digest", () => {
    expect(told(differing, { destination: "oci:flat", flags: { format: "text", quiet: true } })).toEqual({
      ...{ stdout: `${flattened.digest}\n`, stderr: "planish: the result is not the same as its source\n", gate: true },
    });
  });
});

test("a result is told on stderr where its archive has stdout, in the word for what was done", () => {
  const { stdout, stderr, gate } = told(flattened, { destination: "-", flags: { format: "text" }, done: "Imported" });
  expect([stdout, stderr.split(" ")[0], gate]).toEqual(["", "Imported", false]);
});
