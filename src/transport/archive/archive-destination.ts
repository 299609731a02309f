import pLimit from "p-limit";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { chunksOf } from "../../bytes/chunks-of.ts";
import { disposeAll } from "../../bytes/dispose-all.ts";
import type { FileWriter } from "../../bytes/file-writer.ts";
import { releasing } from "../../bytes/release.ts";
import { verified } from "../../bytes/verified.ts";
import type { Context } from "../../context.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Document } from "../../oci/document.ts";
import type { ImageIndex } from "../../oci/image-index.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { blobPath } from "../blob-store.ts";
import type { Accepts, Destination, EncodedLayer, EncodingLayer } from "../contracts.ts";
import { freshIndex, LAYOUT_MARKER, layoutEntries } from "../oci-layout/layout-entries.ts";
import type { FileReference } from "../reference.ts";
import { ArchiveWriter } from "./archive-writer.ts";
import { openTarget, type Target } from "./target.ts";

/** A member at the end of an archive. */
export interface ClosingFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** How the kinds of archives differ. */
export interface ArchiveKind {
  readonly accepts: Accepts;
  /** Members besides those of an OCI layout; `root` is already written. */
  closingFiles(root: Document<Manifest> | Document<ImageIndex>, names: readonly string[]): readonly ClosingFile[];
}

/** What {@link openArchiveDestination} needs besides the reference. */
export interface ArchiveDestinationOptions {
  readonly kind: ArchiveKind;
  readonly force: boolean;
  /** The file that the run reads; it is never replaced. */
  readonly source?: string | undefined;
}

/**
 * Opens an archive for writing: an OCI layout in a tar, with its members in the order in which they are written. It is
 * a temporary file beside the target until it is complete.
 * @throws UsageError DESTINATION_EXISTS; TransportError DESTINATION_REFUSED, DISK_FULL, TRANSPORT_FAILED
 */
export async function openArchiveDestination(
  reference: FileReference,
  options: ArchiveDestinationOptions,
  context: Context,
): Promise<Destination> {
  const target = await openTarget(reference.path, options, context);
  const file = await target.create(context.signal);
  const destination = new ArchiveDestination({ reference, target, file, kind: options.kind });
  try {
    await destination.begin();
    return destination;
  } catch (error) {
    await destination[Symbol.asyncDispose]();
    throw error;
  }
}

interface ArchiveDestinationInit {
  readonly reference: FileReference;
  readonly target: Target;
  readonly file: FileWriter;
  readonly kind: ArchiveKind;
}

class ArchiveDestination implements Destination {
  readonly reference: FileReference;
  readonly accepts: Accepts;
  readonly #init: ArchiveDestinationInit;
  readonly #writer: ArchiveWriter;
  readonly #blobs = new Set<Digest>();
  readonly #documents = new Map<Digest, Document<Manifest> | Document<ImageIndex>>();
  /** Serialises the members. */
  readonly #inTurn = pLimit(1);

  constructor(init: ArchiveDestinationInit) {
    this.reference = init.reference;
    this.accepts = init.kind.accepts;
    this.#init = init;
    this.#writer = new ArchiveWriter(init.file);
  }

  /**
   * Writes the first members of every archive. The marker comes first, so that a reader of a stream recognises the
   * format at once.
   */
  async begin(): Promise<void> {
    await this.#writer.addFile("oci-layout", LAYOUT_MARKER);
    await this.#writer.addDirectory("blobs");
    await this.#writer.addDirectory("blobs/sha256");
  }

  async hasBlob(blob: Descriptor): Promise<boolean> {
    return this.#blobs.has(blob.digest);
  }

  async writeBlob(blob: Descriptor, open: () => ByteStream): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#blobs.has(blob.digest)) return;
      await this.#writer.addStream(blobPath(blob.digest), blob.size, verified(open(), blob));
      this.#blobs.add(blob.digest);
    });
  }

  async writeLayer(produce: () => EncodingLayer): Promise<EncodedLayer> {
    return this.#inTurn(async () => {
      const layer = produce();
      const path = () => {
        const { digest } = layer.result();
        return this.#blobs.has(digest) ? undefined : blobPath(digest);
      };
      await this.#writer.addUnnamed(releasing(layer.stream), path);
      const result = layer.result();
      this.#blobs.add(result.digest);
      return result;
    });
  }

  async writeManifest(manifest: Document<Manifest> | Document<ImageIndex>): Promise<void> {
    await this.writeBlob(manifest.descriptor, () => chunksOf(manifest.bytes));
    this.#documents.set(manifest.descriptor.digest, manifest);
  }

  async commit(root: Descriptor, names: readonly string[]): Promise<FileReference> {
    const document = this.#documents.get(root.digest);
    if (document === undefined) throw new Error(`commit of ${root.digest}, which writeManifest did not get`);
    return this.#inTurn(async () => {
      const index = freshIndex(layoutEntries(root, names, { reference: this.reference }));
      const closing = [{ path: "index.json", content: index }, ...this.#init.kind.closingFiles(document, names)];
      for (const { path, content } of closing) await this.#writer.addFile(path, content);
      await this.#writer.end();
      await this.#init.file.sync();
      await this.#init.file[Symbol.asyncDispose]();
      await this.#init.target.publish();
      return this.reference;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // This turn comes when all before it have ended.
    await this.#inTurn(async () => {});
    await disposeAll([this.#init.file, this.#init.target]);
  }
}
