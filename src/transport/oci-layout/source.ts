import type { ByteStream } from "../../bytes/byte-stream.ts";
import type { SeekableBytes } from "../../bytes/seekable-bytes.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { TransportError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { BlobStore } from "../blob-store.ts";
import type { Source } from "../contracts.ts";
import type { FileTree } from "../file-tree.ts";
import { type FileReference, reference } from "../reference.ts";
import type { Referrer } from "../referrer.ts";
import { openFolder } from "./folder.ts";
import { readLayoutIndex } from "./layout-index.ts";
import { type LayoutDocuments, layoutReferrers } from "./referrers.ts";
import { selectEntry } from "./select-entry.ts";

/**
 * Opens an image of an OCI layout in a folder. image-spec image-layout.md
 * @throws TransportError SOURCE_NOT_FOUND, ReferenceInvalidError REFERENCE_INVALID, ImageInvalidError MANIFEST_INVALID,
 * IMAGE_UNSUPPORTED
 */
export async function openOciLayout(from: FileReference, context: Context): Promise<Source> {
  return openLayoutTree(await openFolder(from.path, context.signal), from, context);
}

/** A reference to what has a digest in the layout of a folder, which may hold thousands of others. */
export async function referenceIn(path: string, digest: Digest, context: Context): Promise<FileReference> {
  await using folder = await openFolder(path, context.signal);
  const index = await readLayoutIndex(folder, context.limits);
  const entries = index?.json.manifests ?? [];
  const found = entries.findIndex((entry) => entry.digest === digest);
  // Opening it says what there is instead.
  return reference("oci", path, { position: found === -1 ? entries.length : found });
}

/** Opens an image of an OCI layout in any tree, which is closed with the source, or before an error is thrown. */
export async function openLayoutTree(tree: FileTree, from: FileReference, context: Context): Promise<Source> {
  try {
    const index = await readLayoutIndex(tree, context.limits);
    if (index === undefined) throw noLayout(from);
    const selected = selectEntry(index, from);
    const store = new BlobStore(tree);
    store.add(index.bytes, index.descriptor.mediaType);
    const { root, names } = selected;
    const beside = { index: index.json, store, limits: context.limits };
    return new LayoutSource({ tree, store, root, reference: from, names, beside });
  } catch (error) {
    await tree[Symbol.asyncDispose]();
    throw error;
  }
}

/** What a {@link LayoutSource} is created from. */
export interface LayoutSourceInit {
  readonly tree: FileTree;
  readonly store: BlobStore;
  readonly root: Descriptor;
  readonly reference: FileReference;
  readonly names: readonly string[];
  readonly madeManifest?: boolean | undefined;
  readonly madeConfig?: boolean | undefined;
  /** What `findReferrers` searches; without it, it finds nothing. */
  readonly beside?: LayoutDocuments | undefined;
}

/** An image whose blobs are in a layout, in a folder or an archive. */
export class LayoutSource implements Source {
  readonly reference: FileReference;
  readonly names: readonly string[];
  readonly madeManifest: boolean;
  readonly madeConfig: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly #init: LayoutSourceInit;

  constructor(init: LayoutSourceInit) {
    this.reference = init.reference;
    this.names = init.names;
    this.madeManifest = init.madeManifest === true;
    this.madeConfig = init.madeConfig === true;
    this.diagnostics = init.tree.diagnostics;
    this.#init = init;
  }

  async resolve(): Promise<Descriptor> {
    return this.#init.root;
  }

  readBlob(blob: Descriptor): ByteStream {
    return this.#init.store.read(blob);
  }

  locateBlob(blob: Descriptor): Promise<SeekableBytes | undefined> {
    return this.#init.store.locate(blob);
  }

  async findReferrers(subject: Digest, signal: AbortSignal): Promise<readonly Referrer[]> {
    const { beside } = this.#init;
    return beside === undefined ? [] : layoutReferrers(subject, beside, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#init.tree[Symbol.asyncDispose]();
  }
}

/** The error for a folder or archive that is not a layout. */
export function noLayout(from: FileReference): TransportError {
  const hint =
    from.transport === "oci-archive" ? { hint: `use docker-archive:${from.path} if docker save wrote it` } : {};
  return new TransportError("SOURCE_NOT_FOUND", `${from.path} is not an OCI layout: it has no oci-layout file`, {
    details: { path: from.path, ...hint },
  });
}
