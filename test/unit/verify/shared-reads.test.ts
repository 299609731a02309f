import { setImmediate, setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ByteStream } from "../../../src/bytes/byte-stream.ts";
import type { Image } from "../../../src/image/image.ts";
import { loadImages } from "../../../src/image/load-images.ts";
import { openSource } from "../../../src/transport/open-source.ts";
import { NO_SERVERS } from "../../../src/transport/servers.ts";
import { SharedReads } from "../../../src/verify/shared-reads.ts";
import { type PlacedImage, verifyImages } from "../../../src/verify/verify-images.ts";
import { ociLayout, writeFolder } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { loadFixture } from "../../support/load-fixture.ts";
import { file, type LayerFixture, layer, other } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

const folder = testFolder();
/** In milliseconds: on a busy machine the other image takes a second. */
const TEN_SECONDS = 10_000;

test("a layer that cannot be read is refused only when the check of its other blob has ended", async () => {
  const { layers } = await loadFixture({ layers: ["a"] });
  const [shared] = layers as [Image["layers"][number]];
  const reads = new SharedReads([{ layers }, { layers }] as Image[]);
  const work = { check: () => Promise.resolve(), onShared: () => {} };
  const broken = { ...work, read: () => Promise.reject(new Error("broken")) };
  let checked = false;
  const check = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    checked = true;
  };
  const first = reads.entriesOf(shared, broken);
  const second = reads.entriesOf(shared, { ...broken, check });
  await expect(first).rejects.toThrow("broken");
  await expect(second).rejects.toThrow("broken");
  expect(checked).toBe(true);
});

test("the check of a shared layer's blob ends when the other image cannot be read", async () => {
  await using context = transportContext(folder.path);
  await using open = new AsyncDisposableStack();
  const shared = layer(file("f", "content".repeat(1000)));
  const place = async (name: string, layers: readonly LayerFixture[]): Promise<PlacedImage> => {
    const layout = writeFolder(folder.in(name), ociLayout(image({ layers })));
    const source = open.use(await openSource(`oci:${layout}`, context, NO_SERVERS));
    const [loaded] = (await loadImages(source, { all: true }, context)).images as [Image];
    return { source, image: loaded, view: "containerd" };
  };
  const before = await place("before", [shared, layer(other("V", "volume"))]);
  const after = await place("after", [shared]);
  const [{ descriptor }] = after.image.layers as [Image["layers"][number]];
  let chunks = 0;
  const { source } = after;
  const slow: PlacedImage["source"] = {
    ...source,
    [Symbol.asyncDispose]: () => Promise.resolve(),
    resolve: () => source.resolve(),
    async *readBlob(blob): ByteStream {
      if (blob.digest !== descriptor.digest) yield* source.readBlob(blob);
      else for (chunks = 0; chunks < TEN_SECONDS; chunks += 1) yield await setTimeout(1, Uint8Array.of());
    },
  };
  const compare = verifyImages(
    before,
    { ...after, source: slow },
    { lenientTar: false, created: false },
    { ...context, concurrency: 4 },
  );
  await expect(compare).rejects.toMatchObject({ code: "TAR_INVALID" });
  expect(chunks).toBeLessThan(TEN_SECONDS);
});
