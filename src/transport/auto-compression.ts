import type { Compression } from "../oci/media-type.ts";

/**
 * What `--compression auto` means for a destination that keeps layers compressed: the compression of the source's
 * layers if they all have the same, and gzip, which every reader knows, if they are mixed or uncompressed.
 */
export function autoCompression(source: ReadonlySet<Compression>): Compression {
  const [only] = source;
  return source.size === 1 && only !== undefined && only !== "none" ? only : "gzip";
}
