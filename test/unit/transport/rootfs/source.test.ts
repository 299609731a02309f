import { mkdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { flatten } from "../../../../src/flatten.ts";
import { openSource } from "../../../../src/transport/open-source.ts";
import { NO_SERVERS } from "../../../../src/transport/servers.ts";
import { file, layer } from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";
import { transportContext } from "../../../support/transport-context.ts";

const folder = testFolder();

const imported = (bytes: Uint8Array) => {
  const path = folder.in("root");
  writeFileSync(path, bytes);
  return flatten(`rootfs:${path}`, `docker-archive:${folder.in("image.tar")}`);
};

/** As much as is needed to recognise ext4: zeros for the boot sector, then a superblock. */
function ext4(): Buffer {
  const bytes = Buffer.alloc(4096);
  bytes.writeUInt16LE(0xef53, 1024 + 56);
  return bytes;
}

test.each([
  ["a filesystem", ext4()],
  ["a compressed one", gzipSync(ext4())],
])("%s is not taken for a tar that ends where it begins", async (_, bytes) => {
  await expect(imported(bytes)).rejects.toMatchObject({
    code: "IMAGE_UNSUPPORTED",
    details: { hint: expect.stringContaining("mount it") },
  });
});

test("an empty file is not a tar without files", async () => {
  await expect(imported(new Uint8Array(0))).rejects.toMatchObject({
    code: "TAR_INVALID",
    message: expect.stringMatching(/is empty$/),
  });
  expect((await imported(new Uint8Array(10_240))).images[0]?.entries.kept).toBe(0);
});

test("a file whose decompressed size exceeds the limit is read no further", async () => {
  const path = folder.in("bomb.tar.gz");
  writeFileSync(path, gzipSync(Buffer.alloc(1_000_000)));
  await using context = transportContext(folder.path, { limits: { totalBytes: 100_000 } });
  await expect(openSource(`rootfs:${path}`, context, NO_SERVERS)).rejects.toMatchObject({
    code: "LIMIT_EXCEEDED",
    details: { limit: "totalBytes" },
  });
});

test("a config that is nested too deeply is refused as that", async () => {
  writeFileSync(folder.in("root"), layer(file("a", "1")).tar());
  writeFileSync(folder.in("deep.json"), `{"config":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
  const options = { rootfs: { config: folder.in("deep.json") } };
  const flattened = flatten(`rootfs:${folder.in("root")}`, `docker-archive:${folder.in("image.tar")}`, options);
  await expect(flattened).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: "jsonDepth" } });
});

test("packing a folder and reading a tar are reported while they last", async () => {
  mkdirSync(folder.in("files"));
  writeFileSync(folder.in("files/big"), Buffer.alloc(3_000_000));
  const seen: string[] = [];
  await flatten(`rootfs:${folder.in("files")}`, `docker-archive:${folder.in("image.tar")}`, {
    onProgress(event) {
      if (event.type === "started" && event.stage === "open") seen.push(event.label);
      if (event.type === "advanced" && event.stage === "open" && event.done > 3_000_000) seen.push("all of it");
    },
  });
  expect(seen.filter((each, at) => each !== seen[at - 1])).toEqual([
    ...["folder", "all of it"],
    ...["root filesystem", "all of it"],
  ]);
});
