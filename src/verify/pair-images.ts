import type { Image } from "../image/image.ts";
import type { LoadedImages } from "../image/load-images.ts";
import { formatPlatform, normalizePlatform } from "../oci/platform.ts";
import type { Verification } from "./verification.ts";

/** Images of the same platform, and the platforms that only one side has. */
export interface Pairs extends Pick<Verification, "unpaired"> {
  readonly pairs: readonly (readonly [source: Image, flat: Image])[];
  /** Whether no image lacks its counterpart. If one side is a single image, one pair is enough. */
  readonly complete: boolean;
}

type Loaded = Pick<LoadedImages, "images" | "index">;

/**
 * Pairs the images of two sources by platform. Two single images are a pair whatever their platforms: those are
 * compared with the configs.
 */
export function pairImages(source: Loaded, flat: Loaded): Pairs {
  const [before, ...moreBefore] = source.images;
  const [after, ...moreAfter] = flat.images;
  const single = source.index === undefined || flat.index === undefined;
  if (before !== undefined && after !== undefined && moreBefore.length + moreAfter.length === 0 && single) {
    return { pairs: [[before, after]], unpaired: { source: [], flat: [] }, complete: true };
  }
  const rest = [...flat.images];
  const pairs: [Image, Image][] = [];
  const alone: Image[] = [];
  for (const image of source.images) {
    const at = rest.findIndex((other) => keyOf(other) === keyOf(image));
    const [other] = at === -1 ? [] : rest.splice(at, 1);
    if (other === undefined) alone.push(image);
    else pairs.push([image, other]);
  }
  const unpaired = { source: alone.map(keyOf), flat: rest.map(keyOf) };
  const complete = alone.length + rest.length === 0 || (single && pairs.length === 1);
  return { pairs, unpaired, complete };
}

function keyOf({ platform }: Image): string {
  return formatPlatform(normalizePlatform(platform));
}
