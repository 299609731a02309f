/**
 * The formats of archives and layouts in which tools save images, as lists of members:
 * `writeArchive(path, dockerClassic(image()))`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { descriptor, digestOf, type FixtureBlob, type FixtureImage, imageIndex, json } from "./image-fixture.ts";
import { dir, file, layer, type Member, symlink } from "./tar-fixture.ts";

/** A file of a layout or an archive; `link` makes it a symbolic link. */
export interface SavedFile {
  readonly path: string;
  readonly bytes?: Uint8Array;
  readonly link?: string;
}

/** `docker save` of Docker 1.10 to 24: a folder per layer; a repeated layer is a link to its first folder. */
export function dockerClassic(...images: readonly FixtureImage[]): SavedFile[] {
  const saved: SavedFile[] = [];
  const folders = new Map<string, string>();
  const manifest = images.map((image) => {
    const layers = image.layers.map(({ diffId, tar }, at) => {
      const id = hex(digestOf(json([hex(digestOf(image.config)), at])));
      const first = folders.get(diffId);
      folders.set(diffId, first ?? id);
      saved.push({ path: `${id}/VERSION`, bytes: Buffer.from("1.0") }, { path: `${id}/json`, bytes: json({ id }) });
      const path = `${id}/layer.tar`;
      saved.push(first === undefined ? { path, bytes: tar } : { path, link: `../${first}/layer.tar` });
      return path;
    });
    const config = `${hex(digestOf(image.config))}.json`;
    saved.push({ path: config, bytes: image.config });
    return { Config: config, RepoTags: image.tags.length > 0 ? image.tags : null, Layers: layers };
  });
  return [...saved, { path: "manifest.json", bytes: json(manifest) }, { path: "repositories", bytes: json({}) }];
}

/**
 * podman and skopeo: files named by diffID, and a link for each layer in a folder that only Docker before 1.10 reads.
 */
export function podmanSave(image: FixtureImage): SavedFile[] {
  const layers = image.layers.map(({ diffId, tar }) => ({ path: `${hex(diffId)}.tar`, bytes: tar }));
  const links = image.layers.map(({ diffId }) => ({
    path: `${hex(digestOf(Buffer.from(diffId)))}/layer.tar`,
    link: `../${hex(diffId)}.tar`,
  }));
  const config = `${hex(digestOf(image.config))}.json`;
  const tags = image.tags.map((tag) => (tag.includes("/") ? tag : `docker.io/library/${tag}`));
  const manifest = [{ Config: config, RepoTags: tags, Layers: layers.map(({ path }) => path) }];
  return [...layers, ...links, { path: config, bytes: image.config }, { path: "manifest.json", bytes: json(manifest) }];
}

/**
 * `docker save` of Docker 25 and later with the classic store: an OCI layout of plain layers, with a `manifest.json`.
 */
export function dockerHybrid(...images: readonly FixtureImage[]): SavedFile[] {
  return unique([...images.flatMap(imageBlobs), ...layoutFiles(images.flatMap(namedEntries)), archiveManifest(images)]);
}

/**
 * `docker save` of Docker 29 and `ctr images export`: the complete index of each image, but only the blobs of `held`;
 * `manifest.json` names the first of those.
 */
export function containerdExport(
  tag: string,
  all: readonly FixtureImage[],
  held: readonly FixtureImage[],
): SavedFile[] {
  const { index, attestations } = imageIndex(...all);
  const entry = descriptor(index, { annotations: nameAnnotations(tag) });
  const [shown] = held;
  return unique([
    ...held.flatMap(imageBlobs),
    saved(index),
    ...attestations.slice(0, 1).map(saved),
    ...layoutFiles([entry]),
    archiveManifest(shown === undefined ? [] : [{ ...shown, tags: [tag] }]),
  ]);
}

/** An OCI layout as skopeo writes it, in a folder or an archive; its names are only tags. */
export function ociLayout(...images: readonly FixtureImage[]): SavedFile[] {
  const entries = images.flatMap(({ oci, tags }) =>
    (tags.length > 0 ? tags : [undefined]).map((tag) =>
      descriptor(oci, tag === undefined ? {} : { annotations: { "org.opencontainers.image.ref.name": tag } }),
    ),
  );
  return unique([...images.flatMap(imageBlobs), ...layoutFiles(entries)]);
}

/** The two files of a layout, `index.json` with these entries. */
export function layoutFiles(entries: readonly unknown[]): SavedFile[] {
  const mediaType = "application/vnd.oci.image.index.v1+json";
  return [
    { path: "oci-layout", bytes: json({ imageLayoutVersion: "1.0.0" }) },
    { path: "index.json", bytes: json({ schemaVersion: 2, mediaType, manifests: entries }) },
  ];
}

/** The annotations that Docker and containerd give an entry. */
export function nameAnnotations(tag: string): Record<string, string> {
  return {
    "io.containerd.image.name": tag.includes("/") ? tag : `docker.io/library/${tag}`,
    "org.opencontainers.image.ref.name": tag.slice(tag.lastIndexOf(":") + 1),
  };
}

/** A blob at its path in a layout. */
export function saved({ digest, bytes }: FixtureBlob): SavedFile {
  return { path: blobPath(digest), bytes };
}

/** The blobs of an image, including its OCI manifest. */
export function imageBlobs({ layers, config, oci }: FixtureImage): SavedFile[] {
  return [...layers.map((layer) => saved(layer.oci)), { path: blobPath(digestOf(config)), bytes: config }, saved(oci)];
}

/** Files as a tar archive. */
export function archiveBytes(files: readonly SavedFile[], compression?: "gzip" | "zstd"): Uint8Array {
  const tar = layer(...files.map(member)).tar();
  if (compression === undefined) return tar;
  return compression === "gzip" ? gzipSync(tar) : zstdCompressSync(tar);
}

export function writeArchive(path: string, files: readonly SavedFile[], compression?: "gzip" | "zstd"): string {
  writeFileSync(path, archiveBytes(files, compression));
  return path;
}

/** Files in a folder. */
export function writeFolder(path: string, files: readonly SavedFile[]): string {
  mkdirSync(path, { recursive: true });
  for (const { path: name, bytes = new Uint8Array() } of files) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), bytes);
  }
  return path;
}

function member({ path, bytes = new Uint8Array(), link }: SavedFile): Member {
  if (link !== undefined) return symlink(path, link);
  return path.endsWith("/") ? dir(path) : file(path, bytes);
}

function archiveManifest(images: readonly FixtureImage[]): SavedFile {
  const manifest = images.map(({ config, tags, layers }) => ({
    Config: blobPath(digestOf(config)),
    RepoTags: tags.length > 0 ? tags : null,
    Layers: layers.map(({ oci }) => blobPath(oci.digest)),
  }));
  return { path: "manifest.json", bytes: json(manifest) };
}

function namedEntries({ oci, tags }: FixtureImage): unknown[] {
  if (tags.length === 0) return [descriptor(oci)];
  return tags.map((tag) => descriptor(oci, { annotations: nameAnnotations(tag) }));
}

function unique(files: readonly SavedFile[]): SavedFile[] {
  return [...new Map(files.map((saved) => [saved.path, saved])).values()];
}

function blobPath(digest: string): string {
  return `blobs/sha256/${hex(digest)}`;
}

function hex(digest: string): string {
  return digest.slice(digest.indexOf(":") + 1);
}
