import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { createFile } from "../../bytes/file-writer.ts";
import { guardIo } from "../../bytes/io-error.ts";
import type { Digest } from "../../oci/digest.ts";
import { blobPath } from "../blob-store.ts";

/**
 * A folder that holds files until the commit, under the paths that they will have in the layout. Disposing it removes
 * the folder and everything that is still in it.
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
   * Creates the folder, which must not exist yet; errors name `layout`, which is the path as typed.
   * @throws TransportError DESTINATION_REFUSED, DISK_FULL
   */
  static async create(path: string, layout: string, signal: AbortSignal): Promise<Staging> {
    await guardIo({ side: "destination", path: layout }, () => mkdir(path));
    return new Staging(path, layout, signal);
  }

  /** Digests of the blobs in the folder. */
  get blobs(): ReadonlySet<Digest> {
    return this.#blobs;
  }

  /** Stores a stream as a blob; `digest` is called when it has ended. If the stream fails, nothing is left. */
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
      // Removed with the folder at the latest.
      await rm(unnamed, { force: true }).catch(() => {});
      throw error;
    }
  }

  /** Stores a file of the layout that is not a blob. */
  async addFile(name: string, content: Uint8Array): Promise<void> {
    await this.#write(join(this.path, name), [content]);
  }

  /** Removes files that {@link addFile} stored. */
  async removeFiles(...names: readonly string[]): Promise<void> {
    for (const name of names) await rm(join(this.path, name), { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const place = { side: "destination", path: this.#layout } as const;
    await guardIo(place, () => rm(this.path, { recursive: true, force: true }));
  }

  async #write(path: string, stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    await using file = await createFile(path, { signal: this.#signal, side: "destination", known: this.#layout });
    for await (const chunk of stream) await file.append(chunk);
    await file.sync();
  }
}
