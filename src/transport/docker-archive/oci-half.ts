import type { Context } from "../../context.ts";
import { ImageInvalidError } from "../../errors.ts";
import type { Document } from "../../oci/document.ts";
import type { ImageIndex } from "../../oci/image-index.ts";
import { BlobStore } from "../blob-store.ts";
import type { Source } from "../contracts.ts";
import { entryName } from "../oci-layout/entry-name.ts";
import { readLayoutIndex } from "../oci-layout/layout-index.ts";
import { LayoutSource } from "../oci-layout/source.ts";
import type { ArchiveParts } from "./archive-parts.ts";
import { completeImages } from "./complete-images.ts";

/**
 * The image as the OCI half of an archive has it: its own manifest or index, and layers as they were pushed. When there
 * is no such half, or when it lacks the image that `manifest.json` means, or blobs of it: whether damage may be why.
 * Both halves name the same config, so that is how they are matched.
 */
export async function openOciHalf(parts: ArchiveParts, context: Context): Promise<Source | "absent" | "damaged"> {
  const { archive, config, names, reference } = parts;
  const index = await usableIndex(parts, context);
  if (index === undefined || index === "damaged") return index ?? "absent";
  const store = new BlobStore(archive);
  const byName = index.json.manifests.filter((entry) => names.includes(entryName(entry) ?? ""));
  const seen = new Map<string, number>();
  let damage = false;
  const damaged = (): void => {
    damage = true;
  };
  for (const entry of new Set([...byName, ...index.json.manifests])) {
    const configs = await completeImages(entry, { store, seen, damaged }, context);
    if (configs.has(config.descriptor.digest)) {
      return new LayoutSource({ tree: archive, store, root: entry, reference, names });
    }
  }
  return damage ? "damaged" : "absent";
}

/** Engines that read `manifest.json` never look at a damaged `index.json`, so it is no reason to fail here either. */
async function usableIndex(
  { archive }: ArchiveParts,
  context: Context,
): Promise<Document<ImageIndex> | "damaged" | undefined> {
  try {
    return await readLayoutIndex(archive, context.limits);
  } catch (error) {
    if (error instanceof ImageInvalidError) return "damaged";
    throw error;
  }
}
