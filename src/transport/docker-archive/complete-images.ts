import type { Context } from "../../context.ts";
import { isFlattenError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { parseIndex } from "../../oci/image-index.ts";
import { parseManifest } from "../../oci/manifest.ts";
import { isForeignLayer, isIndexType, isManifestType } from "../../oci/media-type.ts";
import type { BlobStore } from "../blob-store.ts";

/** The configs found below each visited entry, by depth, digest, size and media type of the entry. */
export type KnownConfigs = Map<string, Promise<ReadonlySet<string>>>;

interface Looking {
  readonly store: BlobStore;
  /** A cache for all calls with the same store, so that each entry is read once. */
  readonly known: KnownConfigs;
  readonly damaged: () => void;
}

/**
 * The config digests of all images below a descriptor whose blobs are all in the store; only their names are checked.
 * Docker 29 and containerd save a whole index, but only the blobs of the platforms that were pulled. Reads only
 * manifests and indexes; a damaged one counts as missing, and `damaged` is called.
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
