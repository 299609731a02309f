import { chunksOf } from "../../src/bytes/chunks-of.ts";
import { copied } from "../../src/encode/copied.ts";
import type { DiffId, Digest } from "../../src/oci/digest.ts";
import type { EncodedLayer, EncodingLayer } from "../../src/transport/contracts.ts";
import type { FixtureBlob } from "../support/image-fixture.ts";

/** A stored layer in the form that an encoder returns. */
export function layerOf({ digest, bytes }: Pick<FixtureBlob, "digest" | "bytes">): EncodingLayer {
  const result: EncodedLayer = {
    compression: "gzip",
    digest: digest as Digest,
    size: bytes.length,
    diffId: digest as string as DiffId,
    uncompressedSize: bytes.length,
    copied: copied({ recompressed: bytes.length }),
  };
  return { compression: "gzip", uncompressedSize: bytes.length, stream: chunksOf(bytes), result: () => result };
}
