import { inOrder } from "../bytes/in-order.ts";
import type { Context } from "../context.ts";
import { type Descriptor, distinctBlobs } from "../oci/descriptor.ts";
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
  context: Context,
): Promise<Document<Manifest> | undefined> {
  const maybePartial = source.locateBlob !== undefined;
  return maybePartial ? readWholeManifest(source, descriptor, context) : readIfThere(source, descriptor, context);
}

/** Does the same, and asks any source for each blob. */
export async function readWholeManifest(
  source: Source,
  descriptor: Descriptor,
  context: Context,
): Promise<Document<Manifest> | undefined> {
  const manifest = await readIfThere(source, descriptor, context);
  for (const blob of manifest === undefined ? [] : [manifest.json.config, ...manifest.json.layers]) {
    if (!(await hasBlob(source, blob))) return undefined;
  }
  return manifest;
}

async function readIfThere(
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

/** How many blobs of a manifest are copied besides the one that is waited for. */
const BLOBS_AHEAD = 5;

/** Copies a manifest and all blobs that it names, byte for byte. */
export async function copyManifest(
  manifest: Document<Manifest>,
  { from, to }: { readonly from: Source; readonly to: Destination },
  { signal }: Pick<Context, "signal">,
): Promise<void> {
  const { config, layers } = manifest.json;
  const write = (blob: Descriptor): Promise<void> => to.writeBlob(blob, () => from.readBlob(blob));
  // The config of an artifact is often the same blob as its layer.
  const blobs = distinctBlobs([...layers, config]);
  for await (const _ of inOrder(blobs, write, { ahead: to.accepts.parallel ? BLOBS_AHEAD : 0, signal }));
  await to.writeManifest(manifest);
}
