import type { Context } from "../context.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Document } from "../oci/document.ts";
import type { Manifest } from "../oci/manifest.ts";
import type { Destination, Source } from "../transport/contracts.ts";
import { MANIFEST } from "./load-image.ts";
import { hasBlob, isAbsent, readDocument } from "./read-document.ts";

/**
 * Reads a manifest of any kind; undefined if the source does not hold it, or not all that it names: archives may be
 * partial. Sources on a network are not asked for each blob.
 * @throws what {@link readDocument} throws
 */
export async function readManifest(
  source: Source,
  descriptor: Descriptor,
  { limits }: Context,
): Promise<Document<Manifest> | undefined> {
  try {
    const manifest = await readDocument(source, descriptor, { kind: MANIFEST, limits });
    return source.locateBlob === undefined || (await holdsAll(source, manifest)) ? manifest : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Whether a source holds all blobs that a manifest names. */
export async function holdsAll(source: Source, { json: { config, layers } }: Document<Manifest>): Promise<boolean> {
  for (const blob of [config, ...layers]) if (!(await hasBlob(source, blob))) return false;
  return true;
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
