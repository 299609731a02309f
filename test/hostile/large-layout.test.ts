import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { flatten } from "../../src/index.ts";
import { dockerClassic, ociLayout, writeArchive, writeFolder } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { file, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();

test("an image is verified as fast in a layout that lists thousands of others", async () => {
  const source = writeArchive(
    folder.in("app.tar"),
    dockerClassic(image({ layers: [layer(file("a")), layer(file("b"))] })),
  );
  const layout = writeFolder(folder.in("layout"), ociLayout(image({ layers: [layer(file("c"))], tags: ["other:1"] })));
  const index = JSON.parse(readFileSync(`${layout}/index.json`, "utf8"));
  const [other] = index.manifests;
  const manifests = Array.from({ length: 4000 }, (_, at) => ({
    ...other,
    digest: `sha256:${String(at).padStart(64, "0")}`,
    annotations: { "org.opencontainers.image.ref.name": `v${at}` },
  }));
  writeFolder(layout, [{ path: "index.json", bytes: Buffer.from(JSON.stringify({ ...index, manifests })) }]);
  const begun = process.threadCpuUsage();
  const { verified } = await flatten(source, `oci:${layout}`, { verify: true });
  const { user, system } = process.threadCpuUsage(begun);
  expect(verified?.equal).toBe(true);
  expect((user + system) / 1e6).toBeLessThan(5);
});
