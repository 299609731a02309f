import type { Compression } from "../oci/media-type.ts";

/**
 * What `--compression auto` means where layers are kept compressed: that of the source's layers where they agree on
 * one, and gzip, which every reader knows, where they are mixed or plain.
 */
export function autoCompression(source: ReadonlySet<Compression>): Compression {
  const [only] = source;
  return source.size === 1 && only !== undefined && only !== "none" ? only : "gzip";
}
