import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { isFlattenError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type ImageIndex, parseIndex } from "../../oci/image-index.ts";
import { parseManifest } from "../../oci/manifest.ts";
import { isForeignLayer, isIndexType, isManifestType } from "../../oci/media-type.ts";
import { formatPlatform } from "../../oci/platform.ts";
import type { BlobStore } from "../blob-store.ts";

/** The part of an index whose blobs are there. */
export interface PresentPlatforms {
  /** The index itself where nothing is missing, or nothing is there; else one that planish made, which the store now serves. */
  readonly root: Descriptor;
  /** Digests of the configs of the images that are there. */
  readonly configs: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Leaves out the platforms of an index that were not saved with it: Docker 29 and containerd save the whole index of an image, but only the blobs of the platforms that were
 * pulled. A manifest is its own only platform. Reads manifests alone and looks whether their blobs are there.
 */
export async function presentPlatforms(
  root: Descriptor,
  store: BlobStore,
  context: Context,
): Promise<PresentPlatforms> {
  const walk = new Walk(store, context);
  const found = await walk.visit(root, 0);
  const diagnostics = found === undefined ? [] : walk.diagnostics;
  return { root: found ?? root, configs: walk.configs, diagnostics };
}

class Walk {
  readonly configs = new Set<string>();
  readonly diagnostics: Diagnostic[] = [];
  readonly #store: BlobStore;
  readonly #context: Context;

  constructor(store: BlobStore, context: Context) {
    this.#store = store;
    this.#context = context;
  }

  /** What stands for `entry` when missing images are left out; undefined when nothing of it is there. */
  async visit(entry: Descriptor, depth: number): Promise<Descriptor | undefined> {
    this.#context.signal.throwIfAborted();
    if (!(await this.#store.has(entry))) return undefined;
    // Too deep, damaged and foreign documents stay: whoever reads the image says what is wrong with them.
    if (depth > this.#context.limits.indexDepth) return entry;
    try {
      if (isIndexType(entry.mediaType)) return await this.#visitIndex(entry, depth);
      if (isManifestType(entry.mediaType)) return (await this.#isComplete(entry)) ? entry : undefined;
    } catch (error) {
      if (!isFlattenError(error)) throw error;
    }
    return entry;
  }

  async #visitIndex(entry: Descriptor, depth: number): Promise<Descriptor | undefined> {
    const { limits } = this.#context;
    const { json } = parseIndex(await this.#store.document(entry, limits), entry, limits);
    const kept: Descriptor[] = [];
    let images = 0;
    for (const child of json.manifests) {
      const there = await this.visit(child, depth + 1);
      if (there !== undefined && isImage(child)) images += 1;
      if (there !== undefined || !isImage(child)) kept.push(there ?? child);
      else this.diagnostics.push(missing(child));
    }
    if (images === 0) return undefined;
    const same = kept.length === json.manifests.length && kept.every((child, at) => child === json.manifests[at]);
    return same ? entry : { ...entry, ...this.#make(entry, { ...json, manifests: kept }) };
  }

  #make(entry: Descriptor, index: ImageIndex): Descriptor {
    return this.#store.add(Buffer.from(JSON.stringify(index)), entry.mediaType);
  }

  async #isComplete(entry: Descriptor): Promise<boolean> {
    const { limits } = this.#context;
    const { json } = parseManifest(await this.#store.document(entry, limits), entry, limits);
    for (const blob of [json.config, ...json.layers]) {
      if (!isForeignLayer(blob.mediaType) && !(await this.#store.has(blob))) return false;
    }
    this.configs.add(json.config.digest);
    return true;
  }
}

/** Attestations and the like need not be there. */
function isImage(entry: Descriptor): boolean {
  return entry.annotations?.["vnd.docker.reference.type"] === undefined && entry.platform?.os !== "unknown";
}

function missing(entry: Descriptor): Diagnostic {
  return {
    rule: "platform-missing",
    message: "the index names a platform whose blobs were not saved with it; it was left out",
    strict: false,
    platform: entry.platform === undefined ? undefined : formatPlatform(entry.platform),
  };
}
