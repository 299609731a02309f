import { UsageError } from "../errors.ts";
import { type Compression, layerCompression } from "../oci/media-type.ts";
import type { Accepts } from "../transport/contracts.ts";
import type { Image } from "./image.ts";

/**
 * The compression of an image's new layers: the one asked for, or what suits the destination best, given the
 * compressions in the media types of the layers that it has.
 * @throws UsageError ARGUMENT_INVALID if the destination cannot hold the one asked for
 */
export function chooseCompression(
  image: Pick<Image, "layers">,
  accepts: Accepts,
  asked: Compression | "auto" = "auto",
): Compression {
  if (asked === "auto") return accepts.autoCompression(compressionsOf(image));
  if (accepts.compressions.has(asked)) return asked;
  throw new UsageError("ARGUMENT_INVALID", `the destination cannot hold layers compressed with ${asked}`, {
    details: { hint: `it takes ${[...accepts.compressions].join(", ")}` },
  });
}

function compressionsOf({ layers }: Pick<Image, "layers">): ReadonlySet<Compression> {
  return new Set(layers.map(({ descriptor }) => layerCompression(descriptor.mediaType) ?? "none"));
}
