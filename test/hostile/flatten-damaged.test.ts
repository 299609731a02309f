import { mkdirSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { flatten } from "../../src/index.ts";
import { ociLayout, type SavedFile, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { file, hardlink, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();
const plain = image({ compression: "gzip" });
const upper = `blobs/sha256/${plain.layers[1]?.oci.digest.slice(7)}`;

/** The error of flattening an archive of these files; nothing but the archive may be there afterwards. */
async function failure(files: readonly SavedFile[]): Promise<unknown> {
  const scratch = folder.in("scratch");
  mkdirSync(scratch);
  writeArchive(folder.in("a.tar"), files);
  const error = await flatten(folder.in("a.tar"), `oci-archive:${folder.in("b.tar")}`, { scratch }).catch((e) => e);
  expect(readdirSync(folder.path).sort()).toEqual(["a.tar", "scratch"]);
  expect(readdirSync(scratch)).toEqual([]);
  return error;
}

const damaged = (damage: (bytes: Buffer) => Uint8Array | undefined): SavedFile[] =>
  ociLayout(plain).flatMap((saved) => {
    if (saved.path !== upper) return [saved];
    const bytes = damage(Buffer.from(saved.bytes ?? ""));
    return bytes === undefined ? [] : [{ path: saved.path, bytes }];
  });

describe("an image with a bad layer", () => {
  it.each([
    ["whose blob has other bytes", "DIGEST_MISMATCH", damaged((bytes) => bytes.fill(0, 20, 30))],
    ["whose blob is too short", "SIZE_MISMATCH", damaged((bytes) => bytes.subarray(0, -1))],
    ["whose blob is missing", "SOURCE_NOT_FOUND", damaged(() => undefined)],
  ])("%s is reported with its layer, and leaves nothing behind", async (_, code, files) => {
    expect(await failure(files)).toMatchObject({ code, details: { layer: 1 } });
  });

  it("with a dangling hard link is reported with the target, too", async () => {
    const dangling = image({ layers: [layer(file("a", "1")), layer(hardlink("b", "gone/x"))] });
    expect(await failure(ociLayout(dangling))).toMatchObject({
      code: "LINK_DANGLING",
      details: { layer: 1, entry: "b", target: "gone/x", rule: "R3.5" },
    });
  });
});
