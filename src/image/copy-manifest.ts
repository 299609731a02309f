import type { Context } from "../context.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Document } from "../oci/document.ts";
import type { Manifest } from "../oci/manifest.ts";
import type { Destination, Source } from "../transport/contracts.ts";
import { MANIFEST } from "./load-image.ts";
import { isAbsent, readDocument } from "./read-document.ts";

/**
 * Reads a manifest of any kind; undefined if the source does not hold it.
 * @throws what {@link readDocument} throws
 */
export async function readManifest(
  source: Source,
  descriptor: Descriptor,
  { limits }: Context,
): Promise<Document<Manifest> | undefined> {
  try {
    return await readDocument(source, descriptor, { kind: MANIFEST, limits });
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Copies a manifest and all blobs that it names, byte for byte. */
export async function copyManifest(
  manifest: Document<Manifest>,
  { from, to }: { readonly from: Source; readonly to: Destination },
): Promise<void> {
  const { config, layers } = manifest.json;
  for (const blob of [...layers, config]) await to.writeBlob(blob, () => from.readBlob(blob));
  await to.writeManifest(manifest);
}
