import type { Document } from "../../oci/document.ts";
import type { ImageIndex } from "../../oci/image-index.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { isLayerType } from "../../oci/media-type.ts";
import type { ArchiveKind, ClosingFile } from "../archive/archive-destination.ts";
import { blobPath } from "../blob-store.ts";
import type { Accepts } from "../contracts.ts";
import { taggedName } from "../image-name.ts";

/**
 * Docker 20.10 cannot read zstd, and no version reads an index. `auto` compresses if the source does, as `docker save`
 * keeps what is stored.
 */
const DOCKER_ACCEPTS: Accepts = {
  families: new Set(["oci", "docker"]),
  compressions: new Set(["none", "gzip"]),
  index: false,
  parallel: false,
  autoCompression: (source) => (source.has("gzip") || source.has("zstd") ? "gzip" : "none"),
};

/**
 * The format that Docker 25 and later save and every engine loads: an OCI layout with a `manifest.json` that refers to
 * its blobs (R8.5, R9.5).
 */
export const DOCKER_ARCHIVE: ArchiveKind = { accepts: DOCKER_ACCEPTS, closingFiles };

function closingFiles(
  root: Document<Manifest> | Document<ImageIndex>,
  names: readonly string[],
): readonly ClosingFile[] {
  if (!("config" in root.json)) throw new Error("a docker-archive was given an index, which it does not accept");
  const tags = names.map(taggedName).filter((name) => name !== undefined);
  const image = {
    Config: blobPath(root.json.config.digest),
    // Docker writes null, and not an empty list, for an image without a name.
    RepoTags: tags.length === 0 ? null : [...new Set(tags)],
    // Engines ignore other media types in a manifest, but would take any path here for a layer.
    Layers: root.json.layers.filter(({ mediaType }) => isLayerType(mediaType)).map(({ digest }) => blobPath(digest)),
  };
  return [{ path: "manifest.json", content: Buffer.from(JSON.stringify([image])) }];
}
