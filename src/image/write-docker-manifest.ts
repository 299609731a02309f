import { chunksOf } from "../bytes/chunks-of.ts";
import { type Descriptor, describeBytes } from "../oci/descriptor.ts";
import type { Manifest } from "../oci/manifest.ts";
import { documentMediaType } from "../oci/media-type.ts";
import type { Destination } from "../transport/contracts.ts";

/** An image whose layers are written already. */
export interface DockerImage {
  readonly configBytes: Uint8Array;
  readonly layers: readonly Descriptor[];
}

/** Writes the config and the manifest of an image in Docker's media types; returns the manifest's descriptor. */
export async function writeDockerManifest(to: Destination, image: DockerImage): Promise<Descriptor> {
  const { configBytes, layers } = image;
  const config = describeBytes(documentMediaType("docker", "config"), configBytes);
  await to.writeBlob(config, () => chunksOf(configBytes));
  const mediaType = documentMediaType("docker", "manifest");
  const json: Manifest = { schemaVersion: 2, mediaType, config, layers };
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  const descriptor = describeBytes(mediaType, bytes);
  await to.writeManifest({ descriptor, bytes, json });
  return descriptor;
}
