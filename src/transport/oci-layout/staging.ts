import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { createFile } from "../../bytes/file-writer.ts";
import { guardIo } from "../../bytes/io-error.ts";
import type { Digest } from "../../oci/digest.ts";
import { blobPath } from "../blob-store.ts";

/** A folder in which files wait for the commit, under the paths that they will have in the layout; removed with all that still lies in it. */
export class Staging implements AsyncDisposable {
  readonly path: string;
  readonly #signal: AbortSignal;
  readonly #blobs = new Set<Digest>();
  #count = 0;

  private constructor(path: string, signal: AbortSignal) {
    this.path = path;
    this.#signal = signal;
  }

  /** Makes the folder, which must not exist yet. @throws TransportError DESTINATION_REFUSED, DISK_FULL */
  static async create(path: string, signal: AbortSignal): Promise<Staging> {
    await guardIo({ side: "destination", path: dirname(path) }, () => mkdir(path));
    return new Staging(path, signal);
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
      await guardIo({ side: "destination", path }, async () => {
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

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  async #write(path: string, stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    await using file = await createFile(path, { signal: this.#signal, side: "destination" });
    for await (const chunk of stream) await file.append(chunk);
    await file.sync();
  }
}
