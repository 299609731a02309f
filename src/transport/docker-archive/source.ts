import { collect } from "../../bytes/collect.ts";
import type { Context } from "../../context.ts";
import { ImageInvalidError } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import { describeBytes } from "../../oci/descriptor.ts";
import { DOCKER_CONFIG } from "../../oci/media-type.ts";
import { type Archive, openArchive } from "../archive/archive.ts";
import type { Source } from "../contracts.ts";
import type { FileTree } from "../file-tree.ts";
import type { FileReference } from "../reference.ts";
import { type ArchiveImage, readArchiveManifest, selectImage } from "./archive-manifest.ts";
import { type ArchiveParts, checkStated, memberMissing } from "./archive-parts.ts";
import { OciHalf } from "./oci-half.ts";
import { openWithoutManifest } from "./synthetic-source.ts";

/**
 * Opens an image of an archive that `docker save`, podman or skopeo wrote. If the archive is also an OCI layout, the
 * image is read from that if all its blobs are there (R9.4).
 * @throws what `openArchive` throws; ReferenceInvalidError REFERENCE_INVALID, TransportError SOURCE_NOT_FOUND
 * @throws ImageInvalidError MANIFEST_INVALID, CONFIG_INVALID, DIGEST_MISMATCH, IMAGE_UNSUPPORTED
 */
export async function openDockerArchive(from: FileReference, context: Context): Promise<Source> {
  return openDockerTree(await openArchive(from.path, context), from, context);
}

/** The same for an open archive; it is closed with the source, or before an error is thrown. */
export async function openDockerTree(archive: Archive, from: FileReference, context: Context): Promise<Source> {
  try {
    const tree = await readDockerTree(archive, context);
    return await openImageOf(tree, { ...selectImage(tree.images, from), reference: from }, context);
  } catch (error) {
    await archive[Symbol.asyncDispose]();
    throw error;
  }
}

/** What an archive says about its images. */
export interface DockerTree {
  readonly archive: Archive;
  readonly images: readonly ArchiveImage[];
  readonly half: OciHalf | "absent" | "damaged";
}

/** Reads what all images of an archive have in common. @throws ImageInvalidError, LimitError */
export async function readDockerTree(archive: Archive, context: Context): Promise<DockerTree> {
  const images = await readArchiveManifest(archive, context.limits);
  if (images === undefined) throw noManifest(archive);
  return { archive, images, half: await OciHalf.read(archive, context) };
}

/** Opens one of the images; the archive is closed with the source, but stays open if an error is thrown. */
export async function openImageOf(
  { archive, ...tree }: DockerTree,
  chosen: Pick<ArchiveParts, "image" | "names" | "reference">,
  context: Context,
): Promise<Source> {
  const config = await readConfig(archive, chosen.image, context.limits);
  const parts = { archive, config, ...chosen };
  const half = typeof tree.half === "string" ? tree.half : await tree.half.open(parts);
  if (typeof half !== "string") return half;
  return openWithoutManifest({ ...parts, archive: half === "damaged" ? noticed(archive) : archive }, context);
}

async function readConfig(
  archive: Archive,
  { Config: path }: ArchiveImage,
  limits: Limits,
): Promise<ArchiveParts["config"]> {
  const file = await archive.file(path);
  if (file === undefined) throw memberMissing(path);
  const bytes = await collect(file.stream(), limits.configBytes, "configBytes");
  const descriptor = describeBytes(DOCKER_CONFIG, bytes);
  checkStated(path, descriptor.digest);
  return { bytes, descriptor };
}

/** The archive with a diagnostic that its OCI half was ignored. */
function noticed(archive: Archive): FileTree {
  const message = "The archive's OCI half is damaged; the image was read as manifest.json describes it";
  return {
    name: archive.name,
    diagnostics: [...archive.diagnostics, { rule: "oci-half-damaged", message, strict: false }],
    file: (path) => archive.file(path),
    [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
  };
}

/** The error for an archive without a `manifest.json`. */
function noManifest(archive: Archive): ImageInvalidError {
  if ([...archive.names()].length === 0) {
    return new ImageInvalidError("MANIFEST_INVALID", `${archive.name} is not an image archive: it is empty`, {
      details: { path: archive.name, hint: "see whether the command that wrote it failed" },
    });
  }
  for (const name of archive.names()) {
    if (!/^[0-9a-f]{64}\/(json|VERSION)$/.test(name)) continue;
    return new ImageInvalidError(
      "IMAGE_UNSUPPORTED",
      "the archive has the form that Docker wrote before 1.10, without a manifest.json",
      {
        details: { hint: "load it into Docker 28 or older and save it again" },
      },
    );
  }
  const hint = [...archive.names()].includes("oci-layout")
    ? `it is an OCI archive: use oci-archive:${archive.name}`
    : "docker export writes no image but a root filesystem, which planish import takes; docker save writes an image";
  return new ImageInvalidError("MANIFEST_INVALID", `${archive.name} is not an image archive: it has no manifest.json`, {
    details: { path: archive.name, hint },
  });
}
