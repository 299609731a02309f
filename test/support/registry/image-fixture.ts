import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { ByteStream } from "../../../src/bytes/byte-stream.ts";
import { chunksOf } from "../../../src/bytes/chunks-of.ts";
import { copied } from "../../../src/encode/copied.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { type DiffId, sha256 } from "../../../src/oci/digest.ts";
import type { Document } from "../../../src/oci/document.ts";
import type { ImageIndex } from "../../../src/oci/image-index.ts";
import type { Manifest } from "../../../src/oci/manifest.ts";
import { documentMediaType, type Family, layerMediaType } from "../../../src/oci/media-type.ts";
import type { Destination, EncodingLayer } from "../../../src/transport/contracts.ts";

/** A blob and its bytes. */
export interface Blob {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** An image in a registry. */
export interface ImageFixture {
  readonly layers: readonly Blob[];
  readonly config: Blob;
  readonly manifest: Document<Manifest>;
}

/**
 * A layer: its bytes, a number of bytes that are no tar, since no registry looks into them, or a tar to be compressed.
 */
export type LayerContent = number | Uint8Array | { readonly gzip: Uint8Array };

/** Makes an image of the given layers. */
export function imageFixture(contents: readonly LayerContent[], family: Family = "oci", seed = "layer"): ImageFixture {
  const made = contents.map((content, number) => layerBlob(content, family, `${seed} ${number}`));
  const layers = made.map(({ layer }) => layer);
  const diffIds = made.map(({ diffId }) => diffId);
  const json = { architecture: "amd64", os: "linux", config: {}, rootfs: { type: "layers", diff_ids: diffIds } };
  const config = blob(Buffer.from(JSON.stringify(json)), documentMediaType(family, "config"));
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: documentMediaType(family, "manifest"),
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
  };
  return { layers, config, manifest: document(manifest, documentMediaType(family, "manifest")) };
}

/** An index of images, one a made-up architecture. */
export function indexFixture(images: readonly ImageFixture[], family: Family = "oci"): Document<ImageIndex> {
  const mediaType = documentMediaType(family, "index");
  const manifests = images.map(({ manifest }, number) => ({
    ...manifest.descriptor,
    platform: { os: "linux", architecture: `cpu${number}` },
  }));
  return document({ schemaVersion: 2, mediaType, manifests } satisfies ImageIndex, mediaType);
}

/** Writes an image and makes it visible. */
export async function writeImage(to: Destination, image: ImageFixture): Promise<void> {
  for (const { descriptor, bytes } of [...image.layers, image.config]) {
    await to.writeBlob(descriptor, () => chunksOf(bytes));
  }
  await to.writeManifest(image.manifest);
  await to.commit(image.manifest.descriptor, []);
}

/** A layer that is "encoded" while it is read. `onChunk` is called for each chunk. */
export function encodingLayer(layer: Blob, onChunk: (bytes: number) => void | Promise<void> = () => {}): EncodingLayer {
  let ended = false;
  async function* stream(): ByteStream {
    for (let start = 0; start < layer.bytes.length; start += 65_536) {
      await onChunk(start);
      yield layer.bytes.subarray(start, start + 65_536);
    }
    ended = true;
  }
  const { digest, size } = layer.descriptor;
  return {
    compression: "none",
    uncompressedSize: size,
    stream: stream(),
    result() {
      if (!ended) throw new Error("the stream has not ended");
      const diffId = digest as string as DiffId;
      return { compression: "none", digest, size, diffId, uncompressedSize: size, copied: copied({ stored: size }) };
    },
  };
}

function layerBlob(content: LayerContent, family: Family, seed: string) {
  if (typeof content === "object" && "gzip" in content) {
    const layer = blob(gzipSync(content.gzip), layerMediaType(family, "gzip"));
    return { layer, diffId: sha256(content.gzip) };
  }
  const layer = blob(typeof content === "number" ? noise(content, seed) : content, layerMediaType(family, "none"));
  return { layer, diffId: layer.descriptor.digest };
}

/** Pseudorandom bytes, deterministic by seed. */
export function noise(size: number, seed: string): Uint8Array {
  return createHash("shake256", { outputLength: Math.max(1, size) })
    .update(seed)
    .digest()
    .subarray(0, size);
}

function blob(bytes: Uint8Array, mediaType: string): Blob {
  return { bytes, descriptor: { mediaType, digest: sha256(bytes), size: bytes.length } };
}

function document<T>(json: T, mediaType: string): Document<T> {
  const { bytes, descriptor } = blob(Buffer.from(JSON.stringify(json)), mediaType);
  return { json, bytes, descriptor };
}
