import { expect, test } from "vitest";
import { writeLines } from "../../../src/cli/write-out.ts";

test("what was aborted before its output began does not wait for a reader that takes nothing", async () => {
  const stdout = { write: () => false } as unknown as NodeJS.WriteStream;
  const signal = AbortSignal.abort(new Error("no longer"));
  await expect(writeLines({ stdout, signal }, ["line"])).rejects.toThrow("no longer");
});
