/**
 * Media types of the two families, and what they say about layers.
 * image-spec media-types.md; Docker's are those of distribution's "Image Manifest V 2, Schema 2".
 */

export type Family = "oci" | "docker";
/** How the tar of a layer is compressed in its blob. */
export type Compression = "none" | "gzip" | "zstd";

export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
export const DOCKER_MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
export const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
export const DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

const OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
const DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

const LAYERS: ReadonlyMap<string, Compression> = new Map([
  [OCI_LAYER, "none"],
  [`${OCI_LAYER}+gzip`, "gzip"],
  [`${OCI_LAYER}+zstd`, "zstd"],
  [DOCKER_LAYER, "none"],
  [`${DOCKER_LAYER}.gzip`, "gzip"],
  [`${DOCKER_LAYER}.zstd`, "zstd"],
]);

const OCI_FOREIGN_LAYER = "application/vnd.oci.image.layer.nondistributable.v1.tar";
const DOCKER_FOREIGN_LAYER = "application/vnd.docker.image.rootfs.foreign.diff.tar";

const FOREIGN_LAYERS: ReadonlyMap<string, Compression> = new Map([
  [OCI_FOREIGN_LAYER, "none"],
  [`${OCI_FOREIGN_LAYER}+gzip`, "gzip"],
  [`${OCI_FOREIGN_LAYER}+zstd`, "zstd"],
  [DOCKER_FOREIGN_LAYER, "none"],
  [`${DOCKER_FOREIGN_LAYER}.gzip`, "gzip"],
]);

/** The compression that a layer's media type names; undefined if it is not a known media type of a layer. */
export function layerCompression(mediaType: string): Compression | undefined {
  return LAYERS.get(mediaType) ?? FOREIGN_LAYERS.get(mediaType);
}

/** Whether a layer is foreign: it may be stored elsewhere than its manifest. */
export function isForeignLayer(mediaType: string): boolean {
  return FOREIGN_LAYERS.has(mediaType);
}

/** Whether a layer is encrypted (ocicrypt adds the suffix). */
export function isEncryptedLayer(mediaType: string): boolean {
  return mediaType.endsWith("+encrypted");
}

/** Whether a layer is an EROFS filesystem rather than a tar. */
export function isErofsLayer(mediaType: string): boolean {
  return mediaType.startsWith("application/vnd.erofs.layer.");
}

/**
 * Whether a media type is that of a layer of any compression, by containerd's rule. containerd
 * core/images/mediatypes.go (IsLayerType)
 */
export function isLayerType(mediaType: string): boolean {
  return (
    mediaType.startsWith("application/vnd.oci.image.layer.") ||
    mediaType.startsWith("application/vnd.docker.image.rootfs.")
  );
}

/** Whether a media type is of the OCI family. */
export function isOciType(mediaType: string): boolean {
  return mediaType.startsWith("application/vnd.oci.");
}

/**
 * The media type of a layer in a manifest of one family. Only containerd reads zstd under Docker's media types, so zstd
 * is used in the OCI family only.
 */
export function layerMediaType(family: Family, compression: Compression): string {
  return compressedType(family, family === "oci" ? OCI_LAYER : DOCKER_LAYER, compression);
}

/** The media type of a layer in another family, foreign if it was; undefined if its compression is not known. */
export function layerTypeIn(family: Family, mediaType: string): string | undefined {
  const compression = layerCompression(mediaType);
  if (compression === undefined) return undefined;
  if (!isForeignLayer(mediaType)) return layerMediaType(family, compression);
  return compressedType(family, family === "oci" ? OCI_FOREIGN_LAYER : DOCKER_FOREIGN_LAYER, compression);
}

function compressedType(family: Family, plain: string, compression: Compression): string {
  if (compression === "none") return plain;
  return `${plain}${family === "oci" ? "+" : "."}${compression}`;
}

/** The media type of a manifest, a config or an index in one family. */
export function documentMediaType(family: Family, kind: "manifest" | "config" | "index"): string {
  if (family === "oci") return { manifest: OCI_MANIFEST, config: OCI_CONFIG, index: OCI_INDEX }[kind];
  return { manifest: DOCKER_MANIFEST, config: DOCKER_CONFIG, index: DOCKER_MANIFEST_LIST }[kind];
}

/** Whether a media type is that of an image index or a manifest list. */
export function isIndexType(mediaType: string): boolean {
  return mediaType === OCI_INDEX || mediaType === DOCKER_MANIFEST_LIST;
}

/** Whether a media type is that of an image manifest. */
export function isManifestType(mediaType: string): boolean {
  return mediaType === OCI_MANIFEST || mediaType === DOCKER_MANIFEST;
}

/** Whether a media type is that of an image config. */
export function isConfigType(mediaType: string): boolean {
  return mediaType === OCI_CONFIG || mediaType === DOCKER_CONFIG;
}

/** Whether a media type is that of a manifest of Docker's schema 1, signed or not. */
export function isSchema1Type(mediaType: string): boolean {
  return /^application\/vnd\.docker\.distribution\.manifest\.v1\+(json|prettyjws)$/.test(mediaType);
}
