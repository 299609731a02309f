import type { Context } from "./context.ts";
import { copyLayers, limitFor } from "./copy-layers.ts";
import type { CopiedBlob } from "./copy-result.ts";
import { copied } from "./encode/copied.ts";
import type { WrittenLayer } from "./flatten-result.ts";
import type { Image } from "./image/image.ts";
import { planCopy } from "./image/plan-copy.ts";
import { type Family, layerCompression, layerTypeIn } from "./oci/media-type.ts";
import type { LayerIndex } from "./scan/layer-index.ts";
import type { Destination, Source } from "./transport/contracts.ts";

/** Layers of an image that are kept as they are. */
export interface KeptLayers {
  readonly image: Image;
  /** Indexes of all its layers. */
  readonly layers: readonly LayerIndex[];
  /** Numbers of those that are kept. */
  readonly numbers: readonly number[];
}

/** Where kept layers are copied from and to. */
export interface KeptEnds {
  readonly from: Source;
  readonly to: Destination;
  readonly family: Family;
}

/**
 * Writes layers as they are: byte for byte if the destination accepts their compression, else compressed again with the
 * same diffID. What the destination already has is not sent, and what the scan kept is not read from the source again.
 * @throws what {@link copyLayers} throws
 */
export async function writeKeptLayers(
  { image, layers, numbers }: KeptLayers,
  { from, to, family }: KeptEnds,
  context: Context,
): Promise<WrittenLayer[]> {
  const plan = planCopy(image, {
    accepts: to.accepts,
    compression: "auto",
    madeManifest: from.madeManifest ?? false,
  });
  const chosen = plan.layers.filter(({ number }) => number !== undefined && numbers.includes(number));
  const typed = chosen.map((layer) => ({
    ...layer,
    mediaType: layerTypeIn(family, layer.descriptor.mediaType) ?? layer.mediaType,
  }));
  const ends = { from: scannedFirst(from, layers), to, limit: limitFor(to), done: new Map() };
  const written = await copyLayers(image, { ...plan, family, layers: typed }, ends, context);
  return numbers.flatMap((number, at) => {
    const [layer, copy] = [layers[number], written[at]];
    return layer === undefined || copy === undefined ? [] : [describe(number, layer, copy)];
  });
}

/** A source that serves blobs from the scan's verified copy, if there is one. */
function scannedFirst(from: Source, layers: readonly LayerIndex[]): Pick<Source, "readBlob"> {
  const read = layers.filter(({ unread }) => !unread);
  const blobs = new Map(read.map((layer) => [layer.descriptor.digest, (layer.deflate ?? layer.zstd)?.blob]));
  return { readBlob: (blob) => blobs.get(blob.digest)?.stream() ?? from.readBlob(blob) };
}

function describe(number: number, layer: LayerIndex, { descriptor, method }: CopiedBlob): WrittenLayer {
  const { diffId, size: uncompressedSize } = layer;
  return {
    kept: true,
    first: number,
    last: number,
    descriptor,
    digest: descriptor.digest,
    size: descriptor.size,
    diffId,
    uncompressedSize,
    compression: layerCompression(descriptor.mediaType) ?? layer.compression,
    copied: copied(method === "recompressed" ? { recompressed: uncompressedSize } : { verbatim: uncompressedSize }),
  };
}
