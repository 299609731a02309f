import { expect, test } from "vitest";
import { copy } from "../../src/copy.ts";
import { flatten } from "../../src/flatten.ts";
import { containerdExport, layoutFiles, saved, writeArchive, writeFolder } from "../support/image-archives.ts";
import { blob, descriptor, image, json } from "../support/image-fixture.ts";
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

test("an artifact that uses the media types of images, but has no root filesystem, is copied and not flattened", async () => {
  const config = blob("application/vnd.oci.image.config.v1+json", json({}));
  const policy = blob("application/vnd.oci.image.layer.v1.tar+gzip", Buffer.from("policy"));
  const manifest = json({ schemaVersion: 2, config: descriptor(config), layers: [descriptor(policy)] });
  const root = blob("application/vnd.oci.image.manifest.v1+json", manifest);
  const files = [...[config, policy, root].map(saved), ...layoutFiles([descriptor(root)])];
  const source = `oci:${writeFolder(folder.in("policy"), files)}`;
  const { identical, others } = await copy(source, `oci:${folder.in("copy")}:1`);
  expect([identical, others]).toEqual([true, [root.digest]]);
  await expect(flatten(source, `oci:${folder.in("flat")}:1`)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining("rootfs: is missing"),
  });
});
