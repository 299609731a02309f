import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { ByteStream } from "../../../src/bytes/byte-stream.ts";
import { createScratch } from "../../../src/bytes/scratch.ts";
import { spool } from "../../../src/bytes/spool.ts";
import { Staging } from "../../../src/transport/oci-layout/staging.ts";
import { testFolder } from "../../support/test-folder.ts";

/** As on a disk that has become read-only. */
vi.mock("node:fs/promises", async (importOriginal) => ({
  ...(await importOriginal<typeof import("node:fs/promises")>()),
  rm: () => Promise.reject(Object.assign(new Error("EROFS: raw"), { code: "EROFS", syscall: "unlink" })),
}));

const folder = testFolder();
const { signal } = new AbortController();

async function* failing(): ByteStream {
  yield new Uint8Array(3);
  throw new Error("broken pipe");
}

test("a stream that fails is the error, also if what was written cannot be removed", async () => {
  await expect(spool(failing(), join(folder.path, "spooled"), signal)).rejects.toThrow("broken pipe");
  const staging = await Staging.create(folder.in("staging"), "layout", signal);
  await expect(staging.addBlob(failing(), () => "sha256:0" as never)).rejects.toThrow("broken pipe");
});

test("what cannot be removed at the end is an error of the operator", async () => {
  const scratch = createScratch(folder.path);
  await scratch.path("layer");
  const staging = await Staging.create(folder.in("staging"), "layout", signal);
  const details = { errno: "EROFS" };
  await expect(scratch[Symbol.asyncDispose]()).rejects.toMatchObject({ code: "TRANSPORT_FAILED", details });
  await expect(staging[Symbol.asyncDispose]()).rejects.toMatchObject({ code: "DESTINATION_REFUSED", details });
});
