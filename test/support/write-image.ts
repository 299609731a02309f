import { chunksOf } from "../../src/bytes/chunks-of.ts";
import type { Context } from "../../src/context.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { parseManifest } from "../../src/oci/manifest.ts";
import type { Destination } from "../../src/transport/contracts.ts";
import { type DestinationOptions, openDestination } from "../../src/transport/open-destination.ts";
import { NO_SERVERS } from "../../src/transport/servers.ts";
import { descriptor, type FixtureImage } from "./image-fixture.ts";
import { transportContext } from "./transport-context.ts";

/** Writes the blobs, the config and the manifest of an image, and returns its descriptor. */
export async function writeBlobs(to: Destination, image: FixtureImage, family: "oci" | "docker"): Promise<Descriptor> {
  const { bytes } = image[family];
  const root = descriptor(image[family]) as Descriptor;
  const manifest = parseManifest(bytes, root, transportContext("/").limits);
  for (const [at, layer] of manifest.json.layers.entries()) {
    await to.writeBlob(layer, () => chunksOf(image.layers[at]?.[family].bytes ?? new Uint8Array()));
  }
  await to.writeBlob(manifest.json.config, () => chunksOf(image.config));
  await to.writeManifest(manifest);
  return root;
}

/** What {@link writeImage} needs besides the image. */
export interface WriteOptions extends Partial<DestinationOptions> {
  readonly names?: readonly string[];
  readonly family?: "oci" | "docker";
}

/** Writes a whole image to a reference, under its own names or others. */
export async function writeImage(
  text: string,
  image: FixtureImage,
  context: Context,
  options: WriteOptions = {},
): Promise<void> {
  const { names = image.tags, family = text.startsWith("docker-") ? "docker" : "oci" } = options;
  await using to = await openDestination(text, { force: false, servers: NO_SERVERS, tags: names, ...options }, context);
  await to.commit(await writeBlobs(to, image, family), names);
}
