import type { ByteStream } from "../bytes/byte-stream.ts";
import { chunksOf } from "../bytes/chunks-of.ts";
import { collect } from "../bytes/collect.ts";
import type { SeekableBytes } from "../bytes/seekable-bytes.ts";
import { verified } from "../bytes/verified.ts";
import { TransportError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { type Descriptor, describeBytes } from "../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestHex } from "../oci/digest.ts";
import type { FileTree } from "./file-tree.ts";

/** Blobs of a layout, by digest, and documents that planish made itself and serves like blobs. */
export class BlobStore {
  readonly #tree: FileTree;
  readonly #made = new Map<Digest, Uint8Array>();

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /** Serves bytes under their digest, and returns their descriptor. */
  add(bytes: Uint8Array, mediaType: string): Descriptor {
    const descriptor = describeBytes(mediaType, bytes);
    this.#made.set(descriptor.digest, bytes);
    return descriptor;
  }

  /** The blob's file, unverified; undefined if it does not exist, or planish made the blob itself. */
  locate(blob: Descriptor): Promise<SeekableBytes | undefined> {
    return this.#tree.file(blobPath(blob.digest));
  }

  /** Whether the blob can be read here; its bytes are not checked. */
  async has(blob: Descriptor): Promise<boolean> {
    return this.#made.has(blob.digest) || (await this.locate(blob)) !== undefined;
  }

  /**
   * The blob's bytes, verified while they stream. @throws ImageInvalidError DIGEST_MISMATCH, SIZE_MISMATCH
   * @throws TransportError SOURCE_NOT_FOUND
   */
  async *read(blob: Descriptor): ByteStream {
    const made = this.#made.get(blob.digest);
    yield* verified(made === undefined ? await this.#stream(blob) : chunksOf(made), blob);
  }

  /** A document's bytes, verified. @throws as {@link read}, and LimitError LIMIT_EXCEEDED (manifestBytes) */
  document(blob: Descriptor, limits: Limits): Promise<Uint8Array> {
    return collect(this.read(blob), limits.manifestBytes, "manifestBytes");
  }

  async #stream(blob: Descriptor): Promise<ByteStream> {
    const located = await this.locate(blob);
    if (located !== undefined) return located.stream();
    throw new TransportError("SOURCE_NOT_FOUND", `the blob ${blob.digest} is not in ${this.#tree.name}`, {
      details: { digest: blob.digest, path: this.#tree.name, ...foreignHint(blob) },
    });
  }
}

/** Where a layout keeps a blob. image-spec image-layout.md#blobs */
export function blobPath(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}

function foreignHint(blob: Descriptor): { hint?: string } {
  if (blob.urls === undefined || blob.urls.length === 0) return {};
  return { hint: "its manifest says that it is stored elsewhere: copy the image with its foreign layers first" };
}
