import { expect, test } from "vitest";
import type { Image } from "../../../src/image/image.ts";
import { loadImages } from "../../../src/image/load-images.ts";
import type { DiffId } from "../../../src/oci/digest.ts";
import { openSource } from "../../../src/transport/open-source.ts";
import { NO_SERVERS } from "../../../src/transport/servers.ts";
import { type PlacedImage, verifyImages } from "../../../src/verify/verify-images.ts";
import { ociLayout, writeFolder } from "../../support/image-archives.ts";
import { type FixtureImage, image } from "../../support/image-fixture.ts";
import { file, layer } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

const folder = testFolder();
const layers = [layer(file("f", "content"))];

test.each([
  ["layers that only the source has are not verified again", "none", true],
  ["a layer that both images have is verified for the other one", "gzip", false],
] as const)("known diffIDs: %s", async (_, compression, passes) => {
  await using context = transportContext(folder.path);
  await using open = new AsyncDisposableStack();
  const wrong = `sha256:${"0".repeat(64)}` as DiffId;
  const place = async (name: string, fixture: FixtureImage, diffId?: DiffId): Promise<PlacedImage> => {
    const layout = writeFolder(folder.in(name), ociLayout(fixture));
    const source = open.use(await openSource(`oci:${layout}`, context, NO_SERVERS));
    const [loaded] = (await loadImages(source, { all: true }, context)).images as [Image];
    const placed = diffId && { ...loaded, layers: loaded.layers.map((each) => ({ ...each, diffId })) };
    return { source, image: placed ?? loaded, view: "containerd" };
  };
  const before = await place("before", image({ layers, compression: "gzip" }), wrong);
  const other = compression === "gzip" ? wrong : undefined;
  const after = await place(`after-${compression}`, image({ layers, compression }), other);
  const compare = (known: boolean) =>
    verifyImages(before, after, { lenientTar: false, created: false, knownDiffIds: () => known }, context);
  await expect(compare(false)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
  if (passes) expect((await compare(true)).differences).toEqual([]);
  else await expect(compare(true)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
});
