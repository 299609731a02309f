import type { Context } from "../../context.ts";
import { isFlattenError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { parseIndex } from "../../oci/image-index.ts";
import { parseManifest } from "../../oci/manifest.ts";
import { isForeignLayer, isIndexType, isManifestType } from "../../oci/media-type.ts";
import type { BlobStore } from "../blob-store.ts";

interface Looking {
  readonly store: BlobStore;
  /** Entries that were looked into, each with the depth at which it stood. */
  readonly seen: Map<string, number>;
  readonly damaged: () => void;
}

/**
 * The digests of the configs of all images below a descriptor whose blobs are there, by their names: of an index Docker
 * 29 and containerd save the whole, but only the blobs of the platforms that were pulled. Reads manifests alone; a
 * damaged one counts as not there, and `damaged` is told of it. `seen` is for calls with the same store: what an
 * earlier one looked into is left out.
 */
export async function completeImages(
  root: Descriptor,
  { store, seen, damaged }: Looking,
  context: Context,
): Promise<ReadonlySet<string>> {
  const configs = new Set<string>();
  await visit(root, 0);
  return configs;

  async function visit(entry: Descriptor, depth: number): Promise<void> {
    context.signal.throwIfAborted();
    const key = `${entry.digest} ${entry.size} ${entry.mediaType}`;
    // Seen further down, its children may have been too deep.
    if (depth > context.limits.indexDepth || depth >= (seen.get(key) ?? Number.POSITIVE_INFINITY)) return;
    seen.set(key, depth);
    if (!(await store.has(entry))) return;
    try {
      if (isIndexType(entry.mediaType)) await visitIndex(entry, depth);
      else if (isManifestType(entry.mediaType)) await visitManifest(entry);
    } catch (error) {
      if (!isFlattenError(error)) throw error;
      damaged();
    }
  }

  async function visitIndex(entry: Descriptor, depth: number): Promise<void> {
    const { json } = parseIndex(await store.document(entry, context.limits), entry, context.limits);
    for (const child of json.manifests) await visit(child, depth + 1);
  }

  async function visitManifest(entry: Descriptor): Promise<void> {
    const { json } = parseManifest(await store.document(entry, context.limits), entry, context.limits);
    for (const blob of [json.config, ...json.layers]) {
      if (!isForeignLayer(blob.mediaType) && !(await store.has(blob))) return;
    }
    configs.add(json.config.digest);
  }
}
