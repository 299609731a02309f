import type { Context } from "../context.ts";
import { inStage } from "../errors.ts";
import type { Image } from "../image/image.ts";
import type { LoadedImages } from "../image/load-images.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { Source } from "../transport/contracts.ts";
import { UNCOMPARED_FIELDS } from "./compare-configs.ts";
import type { ComparedFilesystem } from "./compare-filesystems.ts";
import type { View } from "./merge-rules.ts";
import { pairImages } from "./pair-images.ts";
import type { Verification, VerifiedImage, VerifiedSide } from "./verification.ts";
import { type VerifyImagesOptions, verifyImages } from "./verify-images.ts";

/** The images of a source, and the engine whose view of their layers counts. */
export interface LoadedSource {
  readonly source: Source;
  readonly loaded: LoadedImages;
  readonly view: View;
}

/**
 * Compares what two sources hold, platform by platform, by filesystem and config.
 * @throws what reading their layers throws
 */
export async function verifyLoaded(
  before: LoadedSource,
  after: LoadedSource,
  options: VerifyImagesOptions,
  context: Context,
): Promise<Verification> {
  const { pairs, unpaired, complete } = pairImages(before.loaded, after.loaded);
  const images: VerifiedImage[] = [];
  for (const [at, [image, flat]] of pairs.entries()) {
    const placed = [
      { ...before, image },
      { ...after, image: flat },
    ] as const;
    const each = { ...options, moreFollow: at < pairs.length - 1 };
    const { source, flat: other, ...found } = await inStage("verify", () => verifyImages(...placed, each, context));
    const sides = { source: describeSide(image, source), flat: describeSide(flat, other) };
    images.push({ platform: formatPlatform(image.platform), ...sides, ...found });
  }
  return { equal: complete && images.every(({ equal }) => equal), images, unpaired, ignored: ignoredFields(options) };
}

function ignoredFields({ created, filesystemOnly }: VerifyImagesOptions): readonly string[] {
  if (filesystemOnly) return ["*"];
  return created === true ? [...UNCOMPARED_FIELDS, "created"] : UNCOMPARED_FIELDS;
}

function describeSide({ manifest, layers }: Image, summary: ComparedFilesystem): VerifiedSide {
  return { manifest: manifest.descriptor.digest, layers: layers.length, ...summary };
}
