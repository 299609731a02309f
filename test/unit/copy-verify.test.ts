import { expect, test } from "vitest";
import { copy } from "../../src/copy.ts";
import { flatten } from "../../src/flatten.ts";
import { verify } from "../../src/inspect/verify.ts";
import { dockerClassic, ociLayout, writeArchive, writeFolder } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();

test("a flat image that was copied and recompressed is still equal to its source", async () => {
  const source = writeArchive(folder.in("app.tar"), dockerClassic(image({ tags: ["app:1"] })));
  const flat = `docker-archive:${folder.in("flat.tar")}`;
  await flatten(source, flat);
  await copy(flat, `oci:${folder.in("flat")}:1`, { compression: "zstd" });
  await copy(`oci:${folder.in("flat")}:1`, `docker-archive:${folder.in("back.tar")}`, { tags: ["app:flat"] });
  for (const copied of [`oci:${folder.in("flat")}:1`, folder.in("back.tar")]) {
    const { equal, images } = await verify(source, copied);
    expect([equal, images.length]).toEqual([true, 1]);
  }
});

test("the references in a result can be typed, also if a path has a colon, and the result is found there", async () => {
  const app = image({ tags: ["app:1"] });
  const sources = [
    writeArchive(folder.in("app:1.tar"), dockerClassic(app)),
    writeFolder(folder.in("app:1"), ociLayout(app)),
  ];
  for (const source of sources) {
    const result = await flatten(source, `${source}:flat`, { verify: true });
    expect(result).toMatchObject({ source, destination: `${source}:flat`, verified: { equal: true } });
    expect(await verify(result.source, result.destination)).toMatchObject({ equal: true });
  }
});
