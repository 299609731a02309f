import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Facts about an image that are kept with it, so that nothing has to be inflated to find its sizes. */
export interface Facts {
  readonly layers: readonly { readonly digest: string; readonly size: number; readonly tarBytes: number }[];
}

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

const OCI = "application/vnd.oci.image";
const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

/**
 * Writes the image `latest` of a repository (`http://HOST/v2/NAME`) as an OCI layout: layers and config byte for byte.
 * (skopeo would rewrite the config without its health check.)
 */
export async function pullLayout(repository: string, layout: string): Promise<Facts> {
  await mkdir(join(layout, "blobs/sha256"), { recursive: true });
  const answer = await get(`${repository}/manifests/latest`, { Accept: DOCKER_MANIFEST });
  const pushed = (await answer.json()) as Manifest;
  for (const { digest } of [pushed.config, ...pushed.layers]) {
    const { body } = await get(`${repository}/blobs/${digest}`);
    if (body === null) throw new Error(`${digest} has no body`);
    await pipeline(Readable.fromWeb(body), createWriteStream(blobPath(layout, digest)));
  }
  const manifest = {
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: { ...pushed.config, mediaType: `${OCI}.config.v1+json` },
    layers: pushed.layers.map((layer) => ({ ...layer, mediaType: `${OCI}.layer.v1.tar+gzip` })),
  };
  await writeIndex(layout, Buffer.from(JSON.stringify(manifest)));
  const sizes = pushed.layers.map(async ({ digest, size }) => ({
    digest,
    size,
    tarBytes: await inflatedSize(blobPath(layout, digest)),
  }));
  return { layers: await Promise.all(sizes) };
}

async function get(url: string, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

async function writeIndex(layout: string, manifest: Buffer): Promise<void> {
  const digest = `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
  await writeFile(blobPath(layout, digest), manifest);
  const entry = {
    mediaType: `${OCI}.manifest.v1+json`,
    digest,
    size: manifest.length,
    annotations: { "org.opencontainers.image.ref.name": "latest" },
  };
  await writeFile(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
}

async function inflatedSize(blob: string): Promise<number> {
  let size = 0;
  await pipeline(createReadStream(blob), createGunzip({ chunkSize: 2 ** 18 }), async (chunks) => {
    for await (const chunk of chunks as AsyncIterable<Buffer>) size += chunk.length;
  });
  return size;
}

function blobPath(layout: string, digest: string): string {
  return join(layout, "blobs/sha256", digest.slice("sha256:".length));
}
