import type { ByteStream } from "../../bytes/byte-stream.ts";
import { chunksOf } from "../../bytes/chunks-of.ts";
import { releasing } from "../../bytes/release.ts";
import { verified } from "../../bytes/verified.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { isFlattenError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Document } from "../../oci/document.ts";
import type { ImageIndex } from "../../oci/image-index.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { BlobStore } from "../blob-store.ts";
import type { Destination, EncodedLayer, EncodingLayer } from "../contracts.ts";
import { nameMoved } from "../name-moved.ts";
import type { FileReference } from "../reference.ts";
import { OCI_ACCEPTS } from "./accepts.ts";
import { entryName } from "./entry-name.ts";
import { openFolder } from "./folder.ts";
import { type LayoutDestinationOptions, type LayoutTarget, openLayoutTarget } from "./layout-target.ts";
import { Staging } from "./staging.ts";

/**
 * Opens an OCI layout in a folder for writing. An existing layout is added to; a new one appears as a whole at the
 * commit.
 * @throws UsageError DESTINATION_EXISTS; TransportError DESTINATION_REFUSED, DISK_FULL; ImageInvalidError
 * MANIFEST_INVALID for a damaged layout
 */
export async function openLayoutDestination(
  reference: FileReference,
  options: LayoutDestinationOptions,
  context: Context,
): Promise<Destination> {
  const target = await openLayoutTarget(reference, options, context);
  const staging = await Staging.create(target.staging, reference.path, context.signal);
  return new LayoutDestination({ reference, target, staging, context });
}

interface LayoutDestinationInit {
  readonly reference: FileReference;
  readonly target: LayoutTarget;
  readonly staging: Staging;
  readonly context: Context;
}

class LayoutDestination implements Destination {
  readonly reference: FileReference;
  readonly accepts = OCI_ACCEPTS;
  diagnostics: readonly Diagnostic[] = [];
  readonly #target: LayoutTarget;
  readonly #staging: Staging;
  readonly #context: Context;
  readonly #present = new Map<Digest, Promise<boolean>>();

  constructor(init: LayoutDestinationInit) {
    this.reference = init.reference;
    this.#target = init.target;
    this.#staging = init.staging;
    this.#context = init.context;
  }

  /** Reads and verifies a blob that the layout already has, once; a damaged one counts as missing. */
  async hasBlob(blob: Descriptor): Promise<boolean> {
    if (this.#staging.blobs.has(blob.digest)) return true;
    if (!this.#target.exists) return false;
    const present = this.#present.get(blob.digest) ?? this.#isIntact(blob);
    this.#present.set(blob.digest, present);
    return present;
  }

  async writeBlob(blob: Descriptor, open: () => ByteStream): Promise<void> {
    if (await this.hasBlob(blob)) return;
    await this.#staging.addBlob(verified(open(), blob), () => blob.digest);
  }

  async writeLayer(produce: () => EncodingLayer): Promise<EncodedLayer> {
    const layer = produce();
    await this.#staging.addBlob(releasing(layer.stream), () => layer.result().digest);
    return layer.result();
  }

  async writeManifest(manifest: Document<Manifest> | Document<ImageIndex>): Promise<void> {
    await this.writeBlob(manifest.descriptor, () => chunksOf(manifest.bytes));
  }

  async commit(root: Descriptor, names: readonly string[]): Promise<FileReference> {
    const replaced = await this.#target.publish(this.#staging, { root, names });
    this.diagnostics = replaced.map((entry) =>
      nameMoved(entryName(entry) ?? "the image without a name", entry.digest, "the folder keeps, but no longer lists"),
    );
    return this.reference;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#staging[Symbol.asyncDispose]();
  }

  async #isIntact(blob: Descriptor): Promise<boolean> {
    await using folder = await openFolder(this.#target.path, this.#context.signal);
    const store = new BlobStore(folder);
    if (!(await store.has(blob))) return false;
    try {
      for await (const _ of store.read(blob)) this.#context.signal.throwIfAborted();
      return true;
    } catch (error) {
      if (isFlattenError(error)) return false;
      throw error;
    }
  }
}
