import type { Context } from "../../context.ts";
import { openArchive } from "../archive/archive.ts";
import type { Source } from "../contracts.ts";
import { openLayoutTree } from "../oci-layout/source.ts";
import type { FileReference } from "../reference.ts";

/** Opens an image of an OCI layout in a tar archive. @throws as `openArchive` and `openOciLayout` */
export async function openOciArchive(from: FileReference, context: Context): Promise<Source> {
  return openLayoutTree(await openArchive(from.path, context), from, context);
}
