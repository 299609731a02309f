import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { noteResult } from "../../../../src/cli/actions/note-result.ts";
import { errorText } from "../../../../src/cli/error-text.ts";
import { Interruption } from "../../../../src/cli/interruption.ts";
import { flatten } from "../../../../src/index.ts";
import { dockerClassic, writeArchive } from "../../../support/image-archives.ts";
import { image } from "../../../support/image-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();

function source(): string {
  return writeArchive(folder.in("app.tar"), dockerClassic(image({ tags: ["app:1"] })));
}

test.each([
  ["before", true],
  ["after", false],
])("whoever interrupts a run is told where the result is, also %s it is noted", (_, early) => {
  const interrupt = new AbortController();
  const interruption = new Interruption("SIGINT");
  if (early) interrupt.abort(interruption);
  noteResult(interrupt)("oci:flat\x1b:app");
  interrupt.abort(interruption);
  expect(errorText(interruption)).toBe("planish: interrupted by SIGINT; the result is in oci:flat\\x1b:app");
});

test("the library reports when a result is committed, and an abort after that leaves it", async () => {
  const abort = new AbortController();
  const to = `docker-archive:${folder.in("flat.tar")}`;
  const committed: string[] = [];
  const onCommitted = (reference: string): void => {
    committed.push(reference);
    abort.abort(new Error("enough"));
  };
  const { signal } = abort;
  await expect(flatten(source(), to, { signal, onCommitted, verify: true })).rejects.toThrow("enough");
  expect([committed, existsSync(folder.in("flat.tar"))]).toEqual([[to], true]);
});
