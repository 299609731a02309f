import { ImageInvalidError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Archive } from "../archive/archive.ts";
import type { FileReference } from "../reference.ts";
import type { ArchiveImage } from "./archive-manifest.ts";

/** What `manifest.json` led to. */
export interface ArchiveParts {
  readonly archive: Archive;
  readonly image: ArchiveImage;
  readonly config: { readonly bytes: Uint8Array; readonly descriptor: Descriptor };
  readonly names: readonly string[];
  readonly reference: FileReference;
}

/** The error for a path in `manifest.json` under which nothing lies. */
export function memberMissing(path: string): ImageInvalidError {
  return new ImageInvalidError(
    "MANIFEST_INVALID",
    `manifest.json names ${JSON.stringify(path)}, which is not in the archive`,
    {
      details: { entry: path },
    },
  );
}
