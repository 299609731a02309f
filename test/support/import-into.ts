import { chunksOf } from "../../src/bytes/chunks-of.ts";
import type { Context } from "../../src/context.ts";
import { copied } from "../../src/encode/copied.ts";
import { loadImages } from "../../src/image/load-images.ts";
import type { DiffId } from "../../src/oci/digest.ts";
import type { Destination, EncodedLayer, EncodingLayer, Source } from "../../src/transport/contracts.ts";

/** The image to write, and the number of the layer to write with `writeLayer`, as if just encoded. */
export interface ImportedInto {
  readonly source: Source;
  readonly written: number;
}

/**
 * Writes an image of plain layers, one of them first and by `writeLayer`, and returns the diffIDs that it must have.
 */
export async function importInto(
  to: Destination,
  { source, written }: ImportedInto,
  context: Context,
): Promise<readonly DiffId[]> {
  const [image] = (await loadImages(source, { all: false }, context)).images;
  if (image === undefined) throw new Error("loadImages gives at least one image");
  const { manifest, config, layers } = image;
  const first = layers[written];
  if (first === undefined) throw new Error(`there is no layer ${written}`);
  const { digest, size } = first.descriptor;
  const result: EncodedLayer = {
    compression: "none",
    digest,
    diffId: first.diffId,
    size,
    uncompressedSize: size,
    copied: copied({ stored: size }),
  };
  const encoding = (): EncodingLayer => ({
    compression: "none",
    uncompressedSize: size,
    stream: source.readBlob(first.descriptor),
    result: () => result,
  });
  await to.writeLayer(encoding);
  for (const { descriptor } of layers) await to.writeBlob(descriptor, () => source.readBlob(descriptor));
  await to.writeBlob(config.descriptor, () => chunksOf(config.bytes));
  await to.writeManifest(manifest);
  await to.commit(manifest.descriptor, []);
  return layers.map(({ diffId }) => diffId);
}
