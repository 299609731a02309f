import { expect, test } from "vitest";
import { copy } from "../../src/copy.ts";
import { containerdExport, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { file, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();

test("an attestation of which an archive holds only the manifest is left out", async () => {
  const amd64 = image({ compression: "gzip" });
  const arm64 = image({ architecture: "arm64", layers: [layer(file("arm", "64"))] });
  const path = writeArchive(folder.in("part.tar"), containerdExport("app:1", [amd64, arm64], [amd64]));
  const { others, images, diagnostics } = await copy(path, `oci:${folder.in("part")}:x`);
  expect([others, images.map(({ platform }) => platform)]).toEqual([[], ["linux/amd64"]]);
  expect(diagnostics.map(({ rule }) => rule)).toEqual([
    "platform-missing",
    "attestation-dropped",
    "attestation-dropped",
  ]);
  expect(diagnostics.at(-1)?.message).toContain("does not hold all of it");
});
