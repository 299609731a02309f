import { zstdCompressSync } from "node:zlib";
import { expect, it } from "vitest";
import { chunksOf } from "../../../src/bytes/chunks-of.ts";
import { collect } from "../../../src/bytes/collect.ts";
import type { Image } from "../../../src/image/image.ts";
import { sha256 } from "../../../src/oci/digest.ts";
import type { ScanKeep } from "../../../src/scan/kept-bytes.ts";
import { scanImage } from "../../../src/scan/scan-image.ts";
import type { Source } from "../../../src/transport/contracts.ts";
import { file, layer } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

const folder = testFolder();
const TAR = layer(file("a", "content")).tar();
const BLOB = zstdCompressSync(TAR);
const KEEPS: readonly ScanKeep[] = [
  { tar: false, blobs: "any" },
  { tar: true, blobs: "gzip" },
  { tar: false, blobs: undefined },
];

it.each([[[0, 1, 2]], [[2, 1, 0]], [[1, 0]]])(
  "keeps of a blob what any of its layers asks for, in the order %j",
  async (order) => {
    const descriptor = {
      mediaType: "application/vnd.oci.image.layer.v1.tar+zstd",
      digest: sha256(BLOB),
      size: BLOB.length,
    };
    const layers = order.map(() => ({ descriptor, diffId: sha256(TAR) }));
    const image = { layers, platform: { os: "linux", architecture: "amd64" } } as unknown as Image;
    let opened = 0;
    const readBlob = () => {
      opened += 1;
      return chunksOf(BLOB);
    };
    await using context = transportContext(folder.path);
    const keep = (number: number): ScanKeep => KEEPS[order[number] ?? 0] as ScanKeep;
    const indexes = await scanImage(
      image,
      { source: { reference: { text: "x" }, readBlob } as unknown as Source, lenientTar: false, keep },
      context,
    );
    expect(opened).toBe(1);
    for (const { tar, zstd } of indexes) {
      expect(await collect(tar.stream(), 1e6, "test")).toEqual(Buffer.from(TAR));
      expect(await collect(zstd?.blob.stream() ?? chunksOf(new Uint8Array()), 1e6, "test")).toEqual(BLOB);
    }
  },
);
