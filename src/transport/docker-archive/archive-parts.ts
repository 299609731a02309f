import { ImageInvalidError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Archive } from "../archive/archive.ts";
import type { FileReference } from "../reference.ts";
import type { ArchiveImage } from "./archive-manifest.ts";

/** One image that `manifest.json` lists. */
export interface ArchiveParts {
  readonly archive: Archive;
  readonly image: ArchiveImage;
  readonly config: { readonly bytes: Uint8Array; readonly descriptor: Descriptor };
  readonly names: readonly string[];
  readonly reference: FileReference;
}

/** The error for a path in `manifest.json` that is not in the archive. */
export function memberMissing(path: string): ImageInvalidError {
  return new ImageInvalidError(
    "MANIFEST_INVALID",
    `manifest.json names ${JSON.stringify(path)}, which is not in the archive`,
    {
      details: { entry: path },
    },
  );
}

/** @throws ImageInvalidError DIGEST_MISMATCH if the digest in a path is not that of its content */
export function checkStated(path: string, digest: Digest): void {
  const stated = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1];
  if (stated === undefined || digest === `sha256:${stated}`) return;
  throw new ImageInvalidError("DIGEST_MISMATCH", `the member ${path} holds other bytes: their digest is ${digest}`, {
    details: { digest: `sha256:${stated}`, entry: path },
  });
}
