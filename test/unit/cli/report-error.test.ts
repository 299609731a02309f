import { expect, test } from "vitest";
import { Interruption } from "../../../src/cli/interruption.ts";
import { reportError } from "../../../src/cli/report-error.ts";
import { TransportError } from "../../../src/errors.ts";

test("an interrupted run says what it could not undo", () => {
  const told: string[] = [];
  const signal = AbortSignal.abort(new Interruption("SIGINT"));
  const report = { args: [], stderr: { write: (text: string) => told.push(text) }, signal };
  expect(reportError(new Error("the reason"), report)).toBe(130);
  const remains = "docker did not put back app:1";
  expect(reportError(new TransportError("TRANSPORT_FAILED", "stuck", { details: { remains } }), report)).toBe(130);
  expect(told).toEqual([
    "planish: interrupted by SIGINT; nothing was left behind\n",
    "planish: interrupted by SIGINT; docker did not put back app:1\n",
  ]);
});

test("a run that failed tells why, although something could then not be removed", async () => {
  const told: string[] = [];
  const report = {
    args: [],
    stderr: { write: (text: string) => told.push(text) },
    signal: new AbortController().signal,
  };
  const stuck = { [Symbol.asyncDispose]: () => Promise.reject(new Error("stuck")) };
  const run = async (): Promise<void> => {
    await using _outer = stuck;
    await using _inner = stuck;
    throw new TransportError("DISK_FULL", "no space left");
  };
  const thrown: unknown = await run().catch((error: unknown) => error);
  expect(reportError(thrown, report)).toBe(4);
  expect(told).toEqual(["planish: DISK_FULL: no space left\n"]);
});
