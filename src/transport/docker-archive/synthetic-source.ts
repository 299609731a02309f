import { createHash } from "node:crypto";
import type { SeekableBytes } from "../../bytes/seekable-bytes.ts";
import { DETECT_BYTES, detectCompression } from "../../compression/detect.ts";
import type { Context } from "../../context.ts";
import { ImageInvalidError } from "../../errors.ts";
import { parseConfig } from "../../oci/config.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type DiffId, type Digest, hashDigest } from "../../oci/digest.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { DOCKER_MANIFEST, layerMediaType } from "../../oci/media-type.ts";
import { BlobStore, blobPath } from "../blob-store.ts";
import type { Source } from "../contracts.ts";
import type { FileTree } from "../file-tree.ts";
import { LayoutSource } from "../oci-layout/source.ts";
import { type ArchiveParts, checkStated, memberMissing } from "./archive-parts.ts";

/**
 * Opens an image whose archive has no OCI manifest, with a manifest of Docker's family that planish makes. The config
 * is that of the archive, byte for byte, and the digest of a plain layer is its diffID. A compressed layer is read once
 * here to compute its digest.
 * @throws ImageInvalidError MANIFEST_INVALID if members are missing or layers and diffIDs differ in number;
 * CONFIG_INVALID; DIGEST_MISMATCH
 */
export async function openWithoutManifest(parts: SyntheticParts, context: Context): Promise<Source> {
  const { archive, config, image, names, reference, madeConfig } = parts;
  const { diff_ids: diffIds } = parseConfig(config.bytes, config.descriptor, context.limits).json.rootfs;
  if (diffIds.length !== image.Layers.length) throw countMismatch(diffIds.length, image.Layers.length);
  const members = new Map<string, SeekableBytes>();
  const layers: Descriptor[] = [];
  for (const [at, diffId] of diffIds.entries()) {
    const path = image.Layers[at] ?? "";
    const member = await archive.file(path);
    if (member === undefined) throw memberMissing(path);
    const layer = await describeLayer(member, diffId);
    checkStated(path, layer.digest);
    members.set(blobPath(layer.digest), member);
    layers.push(layer);
  }
  const tree = renamed(parts, members);
  const store = new BlobStore(tree);
  store.add(config.bytes, config.descriptor.mediaType);
  const manifest: Manifest = { schemaVersion: 2, mediaType: DOCKER_MANIFEST, config: config.descriptor, layers };
  const root = store.add(Buffer.from(JSON.stringify(manifest)), DOCKER_MANIFEST);
  return new LayoutSource({ tree, store, root, reference, names, madeManifest: true, madeConfig });
}

/** {@link ArchiveParts} whose members are in any {@link FileTree}. */
export interface SyntheticParts extends Omit<ArchiveParts, "archive"> {
  readonly archive: FileTree;
  readonly madeConfig?: boolean | undefined;
}

/** The members under the paths that they would have in a layout. */
function renamed({ archive }: SyntheticParts, members: ReadonlyMap<string, SeekableBytes>): FileTree {
  return {
    name: archive.name,
    diagnostics: archive.diagnostics,
    file: async (path) => members.get(path),
    [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
  };
}

async function describeLayer(member: SeekableBytes, diffId: DiffId): Promise<Descriptor> {
  const head = await member.read({ start: 0, end: Math.min(DETECT_BYTES, member.size) });
  const found = detectCompression(head);
  const size = member.size;
  if (found === "none") return { mediaType: layerMediaType("docker", "none"), digest: asDigest(diffId), size };
  const hash = createHash("sha256");
  for await (const chunk of member.stream()) hash.update(chunk);
  // The scan refuses other compressions, with the number of the layer.
  const mediaType = layerMediaType("docker", found === "gzip" || found === "zstd" ? found : "none");
  return { mediaType, digest: hashDigest(hash), size };
}

/** A plain layer is its own tar, so digest and diffID are equal. */
function asDigest(diffId: DiffId): Digest {
  return diffId as string as Digest;
}

function countMismatch(diffIds: number, layers: number): ImageInvalidError {
  return new ImageInvalidError(
    "MANIFEST_INVALID",
    `manifest.json lists ${layers} layers, and the config ${diffIds} diffIDs`,
  );
}
