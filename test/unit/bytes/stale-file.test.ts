import { writeFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { openSeekableFile } from "../../../src/bytes/seekable-file.ts";
import { testFolder } from "../../support/test-folder.ts";

/** As on a network disk, if the file is removed on the server. */
vi.mock("node:fs", async (importOriginal) => ({
  ...(await importOriginal<typeof import("node:fs")>()),
  fstatSync: () => {
    throw Object.assign(new Error("ESTALE: raw"), { code: "ESTALE", syscall: "fstat" });
  },
}));

const folder = testFolder();

test("a file that has gone while it is open is an error of the operator", async () => {
  writeFileSync(folder.in("file"), "some bytes");
  await using file = await openSeekableFile(folder.in("file"), { signal: new AbortController().signal });
  const failure = { code: "TRANSPORT_FAILED", details: { path: folder.in("file"), errno: "ESTALE" } };
  await expect(file.read({ start: 0, end: 4 })).rejects.toMatchObject(failure);
});
