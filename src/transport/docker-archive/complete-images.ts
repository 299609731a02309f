import type { Context } from "../../context.ts";
import { isFlattenError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { parseIndex } from "../../oci/image-index.ts";
import { parseManifest } from "../../oci/manifest.ts";
import { isForeignLayer, isIndexType, isManifestType } from "../../oci/media-type.ts";
import type { BlobStore } from "../blob-store.ts";

/** What was found below entries that were looked into, by what they are and how deep they stood. */
export type KnownConfigs = Map<string, Promise<ReadonlySet<string>>>;

interface Looking {
  readonly store: BlobStore;
  /** For calls with the same store, which look into each entry once; added to. */
  readonly known: KnownConfigs;
  readonly damaged: () => void;
}

/**
 * The digests of the configs of all images below a descriptor whose blobs are there, by their names: of an index Docker
 * 29 and containerd save the whole, but only the blobs of the platforms that were pulled. Reads manifests alone; a
 * damaged one counts as not there, and `damaged` is told of it.
 */
export async function completeImages(
  root: Descriptor,
  { store, known, damaged }: Looking,
  context: Context,
): Promise<ReadonlySet<string>> {
  return await below(root, 0);

  function below(entry: Descriptor, depth: number): Promise<ReadonlySet<string>> {
    const key = `${depth} ${keyOf(entry)}`;
    const found = known.get(key) ?? visit(entry, depth);
    known.set(key, found);
    return found;
  }

  async function visit(entry: Descriptor, depth: number): Promise<ReadonlySet<string>> {
    context.signal.throwIfAborted();
    if (depth > context.limits.indexDepth) return NONE;
    try {
      if (!(await store.has(entry))) return NONE;
      if (isIndexType(entry.mediaType)) return await visitIndex(entry, depth);
      return isManifestType(entry.mediaType) ? await visitManifest(entry) : NONE;
    } catch (error) {
      if (!isFlattenError(error)) throw error;
      damaged();
      return NONE;
    }
  }

  async function visitIndex(entry: Descriptor, depth: number): Promise<ReadonlySet<string>> {
    const { json } = parseIndex(await store.document(entry, context.limits), entry, context.limits);
    const configs = new Set<string>();
    for (const child of new Map(json.manifests.map((each) => [keyOf(each), each])).values()) {
      for (const config of await below(child, depth + 1)) configs.add(config);
    }
    return configs;
  }

  async function visitManifest(entry: Descriptor): Promise<ReadonlySet<string>> {
    const { json } = parseManifest(await store.document(entry, context.limits), entry, context.limits);
    for (const blob of [json.config, ...json.layers]) {
      if (!isForeignLayer(blob.mediaType) && !(await store.has(blob))) return NONE;
    }
    return new Set([json.config.digest]);
  }
}

const NONE: ReadonlySet<string> = new Set();

function keyOf({ digest, size, mediaType }: Descriptor): string {
  return `${digest} ${size} ${mediaType}`;
}
