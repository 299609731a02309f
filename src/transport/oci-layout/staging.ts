import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { createFile } from "../../bytes/file-writer.ts";
import { guardIo } from "../../bytes/io-error.ts";
import type { Digest } from "../../oci/digest.ts";
import { blobPath } from "../blob-store.ts";

/**
 * A folder in which files wait for the commit, under the paths that they will have in the layout; removed with all that
 * still lies in it.
 */
export class Staging implements AsyncDisposable {
  readonly path: string;
  /** The layout, for errors. */
  readonly #layout: string;
  readonly #signal: AbortSignal;
  readonly #blobs = new Set<Digest>();
  #count = 0;

  private constructor(path: string, layout: string, signal: AbortSignal) {
    this.path = path;
    this.#layout = layout;
    this.#signal = signal;
  }

  /**
   * Makes the folder, which must not exist yet; errors name `layout`, as a person does. @throws TransportError
   * DESTINATION_REFUSED, DISK_FULL
   */
  static async create(path: string, layout: string, signal: AbortSignal): Promise<Staging> {
    await guardIo({ side: "destination", path: layout }, () => mkdir(path));
    return new Staging(path, layout, signal);
  }

  /** Digests of the blobs that wait. */
  get blobs(): ReadonlySet<Digest> {
    return this.#blobs;
  }

  /** Stores a stream as a blob; `digest` is asked when it has ended. A stream that fails leaves nothing. */
  async addBlob(stream: ByteStream, digest: () => Digest): Promise<void> {
    this.#count += 1;
    const unnamed = join(this.path, `incoming-${this.#count}`);
    try {
      await this.#write(unnamed, stream);
      const name = digest();
      const path = join(this.path, blobPath(name));
      await guardIo({ side: "destination", path: this.#layout }, async () => {
        await mkdir(dirname(path), { recursive: true });
        await rename(unnamed, path);
      });
      this.#blobs.add(name);
    } catch (error) {
      await rm(unnamed, { force: true });
      throw error;
    }
  }

  /** Stores a file of the layout that is no blob. */
  async addFile(name: string, content: Uint8Array): Promise<void> {
    await this.#write(join(this.path, name), [content]);
  }

  /** Takes back files that {@link addFile} stored. */
  async removeFiles(...names: readonly string[]): Promise<void> {
    for (const name of names) await rm(join(this.path, name), { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  async #write(path: string, stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    await using file = await createFile(path, { signal: this.#signal, side: "destination", known: this.#layout });
    for await (const chunk of stream) await file.append(chunk);
    await file.sync();
  }
}
