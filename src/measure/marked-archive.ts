import { chunksOf } from "../bytes/chunks-of.ts";
import type { Context } from "../context.ts";
import { demoTar, file } from "../demo/demo-tar.ts";
import { type DemoArchitecture, helloProgram } from "../demo/hello-program.ts";
import { UsageError } from "../errors.ts";
import type { Image } from "../image/image.ts";
import { loadImages } from "../image/load-images.ts";
import { writeDockerManifest } from "../image/write-docker-manifest.ts";
import { type Descriptor, describeBytes } from "../oci/descriptor.ts";
import { layerMediaType } from "../oci/media-type.ts";
import { formatPlatform } from "../oci/platform.ts";
import { openArchiveDestination } from "../transport/archive/archive-destination.ts";
import { DOCKER_ARCHIVE } from "../transport/docker-archive/destination.ts";
import { openSource } from "../transport/open-source.ts";
import { reference } from "../transport/reference.ts";
import { NO_SERVERS } from "../transport/servers.ts";

/** An archive to write. */
export interface MarkedArchive {
  /** The archive of the original image. */
  readonly from: string;
  readonly to: string;
  /** `repository:tag` of the image in it. */
  readonly name: string;
  /** Path of the program that waits, in the bottom layer; without a leading slash. */
  readonly program: string;
}

/** What {@link writeMarked} wrote. */
export interface MarkedImage {
  readonly platform: string;
}

/**
 * Writes a copy of an image with a unique layer below all others: an engine then has none of its layers yet, even if it
 * has the image, and unpacks them all. The layer has a small program that waits, so that a container can be started
 * without running anything of the image.
 * @throws UsageError ARGUMENT_INVALID for an architecture without such a program
 */
export async function writeMarked({ from, to, name, program }: MarkedArchive, context: Context): Promise<MarkedImage> {
  await using source = await openSource(`docker-archive:${from}`, context, NO_SERVERS);
  const { images } = await loadImages(source, { all: false }, context);
  const [image] = images;
  if (image === undefined) throw new Error("an archive without an image was written");
  const mark = demoTar([file(program, helloProgram(architectureOf(image)), { mode: 0o755 })], 0);
  const layer = describeBytes(layerMediaType("docker", "none"), mark);
  const kind = { kind: DOCKER_ARCHIVE, force: true, source: undefined };
  await using destination = await openArchiveDestination(reference("docker-archive", to), kind, context);
  await destination.writeBlob(layer, () => chunksOf(mark));
  for (const { descriptor } of image.layers) {
    await destination.writeBlob(descriptor, () => source.readBlob(descriptor));
  }
  const descriptor = await writeDockerManifest(destination, {
    configBytes: withLayerBelow(image, layer),
    layers: [layer, ...image.layers.map(({ descriptor }) => descriptor)],
  });
  await destination.commit(descriptor, [name]);
  return { platform: formatPlatform(image.platform) };
}

function architectureOf({ platform }: Image): DemoArchitecture {
  const { architecture } = platform;
  if (architecture === "amd64" || architecture === "arm64") return architecture;
  throw new UsageError("ARGUMENT_INVALID", `--measure runs on amd64 and arm64, and the image is for ${architecture}`);
}

/** The config with one more layer at the bottom. Only what an engine needs to unpack and run the image matters. */
function withLayerBelow({ config }: Image, { digest }: Descriptor): Uint8Array {
  const { rootfs, history, ...rest } = config.json;
  const below = { created_by: "planish analyze --measure" };
  const json = {
    ...rest,
    rootfs: { ...rootfs, diff_ids: [digest, ...rootfs.diff_ids] },
    ...(history && { history: [below, ...history] }),
  };
  return new TextEncoder().encode(JSON.stringify(json));
}
