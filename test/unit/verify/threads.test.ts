import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { type ProgressEvent, verify } from "../../../src/index.ts";
import type { DiffId } from "../../../src/oci/digest.ts";
import { sha256 } from "../../../src/oci/digest.ts";
import { tableEntries } from "../../../src/verify/entry-table.ts";
import { fetchLayer } from "../../../src/verify/fetch-layer.ts";
import { ReadBudget } from "../../../src/verify/read-budget.ts";
import { ociLayout, writeFolder } from "../../support/image-archives.ts";
import { type FixtureImage, image } from "../../support/image-fixture.ts";
import { memoryStore } from "../../support/memory-source.ts";
import { dir, file, hardlink, layer, whiteout } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

const folder = testFolder();
const noise = randomBytes(3_000_000).toString("latin1");
/** Too many bytes to be read without threads. */
const layers = [
  layer(dir("d"), file("d/noise", noise), file("x", "1", { xattrs: { "user.a": "\xff" } }), file("gone")),
  layer(whiteout("gone"), file("d/more", noise.slice(500_000)), hardlink("d/again", "d/more")),
];
const built = image({ layers, compression: "gzip" });

function layout(name: string, fixture: FixtureImage): string {
  return `oci:${writeFolder(folder.in(name), ociLayout(fixture))}`;
}

test("layers are read in threads, with the same result", async () => {
  const [source, plain] = [layout("source", built), layout("plain", image({ layers }))];
  let done = 0;
  const onProgress = (event: ProgressEvent): void => {
    if (event.type === "advanced" && event.stage === "verify") done = event.done;
  };
  const found = await verify(source, plain, { onProgress });
  expect([found.equal, found.images[0]?.source.bytes]).toEqual([true, 5_500_001]);
  expect(done).toBeGreaterThan(11_000_000);
  const other = image({ layers: [...layers, layer(file("d/noise", `${noise.slice(1)}x`))] });
  const [changed] = (await verify(plain, layout("other", other))).images;
  expect(changed?.differences.map(({ path }) => path)).toEqual(["d/noise"]);
});

test("damage and limits of a layer are reported from a thread as from the main one", async () => {
  const source = layout("damaged", built);
  const upper = built.layers[1]?.oci;
  const bytes = Buffer.from(upper?.bytes ?? []);
  bytes[2_000_000] = bytes[2_000_000] === 1 ? 2 : 1;
  writeFolder(folder.in("damaged"), [{ path: `blobs/sha256/${upper?.digest.slice("sha256:".length)}`, bytes }]);
  await expect(verify(source, source)).rejects.toMatchObject({
    code: "DIGEST_MISMATCH",
    stage: "verify",
    details: { layer: 1 },
  });
  const whole = layout("whole", built);
  for (const limits of [{ entries: 4 }, { totalBytes: 5_000_000 }, { attributeBytes: "user.a\xffd/more".length - 1 }]) {
    const [limit] = Object.keys(limits);
    await expect(verify(whole, whole, { limits })).rejects.toMatchObject({
      code: "LIMIT_EXCEEDED",
      details: { limit },
    });
  }
});

test("a blob that is not in a file is sent to the thread", async () => {
  await using context = transportContext(folder.path);
  const store = memoryStore();
  const content = "0123456789abcdef".repeat(200_000);
  const tar = Buffer.from(layer(file("f", content), file("g")).tar()).toString("latin1");
  const descriptor = store.put("application/vnd.oci.image.layer.v1.tar", tar);
  const budget = new ReadBudget(context.limits);
  const fetch = { knownDiffId: false, lenientTar: false, sealKey: undefined, budget, inThread: true };
  const diffId = descriptor.digest as string as DiffId;
  const data = await fetchLayer({ descriptor, diffId }, { source: store.source(descriptor), ...fetch }, context);
  const entries = [...tableEntries(data)];
  expect(entries.map(({ path, inode }) => [path, inode.size])).toEqual([
    ["f", content.length],
    ["g", 0],
  ]);
  expect(Buffer.from(entries[0]?.inode.content ?? "", "latin1").toString("hex")).toBe(
    sha256(Buffer.from(content)).slice(7),
  );
  expect(budget.bytesRead).toBe(descriptor.size);
});

test("a layer that both images have is read once, and on the other side its blob is checked", async () => {
  const [source, flat] = [layout("one", built), layout("two", built)];
  let total = 0;
  const onProgress = (event: ProgressEvent): void => {
    if (event.type === "advanced" && event.stage === "verify") total = event.done;
  };
  const { equal, images } = await verify(source, flat, { onProgress });
  const blobs = built.layers.reduce((sum, { oci }) => sum + oci.bytes.length, 0);
  expect([equal, images[0]?.flat.bytes, total]).toEqual([true, 5_500_001, blobs * 2]);
  const upper = built.layers[1]?.oci;
  const bytes = Buffer.from(upper?.bytes ?? []);
  bytes[1_000_000] = bytes[1_000_000] === 1 ? 2 : 1;
  writeFolder(folder.in("two"), [{ path: `blobs/sha256/${upper?.digest.slice("sha256:".length)}`, bytes }]);
  await expect(verify(source, flat)).rejects.toMatchObject({ code: "DIGEST_MISMATCH", details: { layer: 1 } });
});

test("the entries of a layer that occurs twice count twice", async () => {
  const twice = layout("twice", image({ layers: [...layers, ...layers], compression: "gzip" }));
  const other = layout("other-twice", image({ layers: [...layers, ...layers] }));
  // Seven entries each time, and a directory that the upper layer does not list.
  const attributeBytes = 2 * "user.a\xffd/more".length;
  const { equal, images } = await verify(twice, other, { limits: { entries: 16, attributeBytes } });
  expect([equal, images[0]?.source.layers, images[0]?.source.entries]).toEqual([true, 4, 5]);
  for (const limits of [{ entries: 15 }, { attributeBytes: attributeBytes - 1 }]) {
    await expect(verify(twice, other, { limits })).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  }
});
