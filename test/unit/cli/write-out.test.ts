import { expect, test } from "vitest";
import { writeLines } from "../../../src/cli/write-out.ts";

test("a run aborted before its output does not wait for a reader that reads nothing", async () => {
  const stdout = { write: () => false } as unknown as NodeJS.WriteStream;
  const signal = AbortSignal.abort(new Error("no longer"));
  await expect(writeLines({ stdout, signal }, ["line"])).rejects.toThrow("no longer");
});
