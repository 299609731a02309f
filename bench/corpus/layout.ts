import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** How the layers of a corpus are stored in its layout. */
export interface LayoutOptions {
  readonly compression: "none" | "gzip";
  /** 6 for blobs like those of builders, 1 to make them quickly. */
  readonly level?: number;
}

interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface LayerBlob extends Blob {
  readonly diffId: string;
  readonly tarBytes: number;
}

const LAYER = "application/vnd.oci.image.layer.v1.tar";

/** Writes an OCI image layout with one image of the given layers, bottom first; returns the bytes of their tars. */
export async function writeLayout(
  directory: string,
  layers: readonly Iterable<Buffer>[],
  options: LayoutOptions,
): Promise<number> {
  await mkdir(join(directory, "blobs", "sha256"), { recursive: true });
  const blobs: LayerBlob[] = [];
  for (const layer of layers) blobs.push(await writeLayer(directory, layer, options));
  const config = await writeJson(directory, "application/vnd.oci.image.config.v1+json", {
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    os: "linux",
    config: { Cmd: ["/bin/sh"] },
    rootfs: { type: "layers", diff_ids: blobs.map(({ diffId }) => diffId) },
    history: blobs.map((_, layer) => ({ created_by: `layer ${layer}` })),
  });
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = await writeJson(directory, mediaType, {
    schemaVersion: 2,
    mediaType,
    config,
    layers: blobs.map(({ digest, size, mediaType: type }) => ({ mediaType: type, digest, size })),
  });
  await writeFile(join(directory, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(directory, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  return blobs.reduce((total, { tarBytes }) => total + tarBytes, 0);
}

async function writeLayer(directory: string, tar: Iterable<Buffer>, options: LayoutOptions): Promise<LayerBlob> {
  const draft = join(directory, "draft");
  const plain = hashing();
  const blob = hashing();
  const compressor = options.compression === "gzip" ? createGzip({ level: options.level ?? 6 }) : new PassThrough();
  await pipeline(Readable.from(tar), plain.stream, compressor, blob.stream, createWriteStream(draft));
  const digest = blob.digest();
  await rename(draft, blobPath(directory, digest));
  const mediaType = options.compression === "gzip" ? `${LAYER}+gzip` : LAYER;
  return { mediaType, digest, size: blob.bytes(), diffId: plain.digest(), tarBytes: plain.bytes() };
}

async function writeJson(directory: string, mediaType: string, value: unknown): Promise<Blob> {
  const bytes = Buffer.from(JSON.stringify(value));
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  await writeFile(blobPath(directory, digest), bytes);
  return { mediaType, digest, size: bytes.length };
}

function blobPath(directory: string, digest: string): string {
  return join(directory, "blobs", "sha256", digest.slice("sha256:".length));
}

function hashing() {
  const hash = createHash("sha256");
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, bytes: () => bytes, digest: () => `sha256:${hash.digest("hex")}` };
}
