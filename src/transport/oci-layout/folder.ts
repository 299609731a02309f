import { stat } from "node:fs/promises";
import { join } from "node:path";
import { disposeAll } from "../../bytes/dispose-all.ts";
import { errnoOf, guardIo } from "../../bytes/io-error.ts";
import { openSeekableFile, type SeekableFile } from "../../bytes/seekable-file.ts";
import { TransportError } from "../../errors.ts";
import type { FileTree } from "../file-tree.ts";

/**
 * A folder as a {@link FileTree}. Symbolic links in it are followed: a local folder is trusted.
 * @throws TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED if it is not a folder
 */
export async function openFolder(path: string, signal: AbortSignal): Promise<FileTree> {
  const found = await guardIo({ side: "source", path }, () => stat(path));
  if (!found.isDirectory()) {
    throw new TransportError("TRANSPORT_FAILED", `${path} is a file, but oci: needs a folder`, {
      details: { path, hint: `use oci-archive:${path} or docker-archive:${path}` },
    });
  }
  return new Folder(path, signal);
}

class Folder implements FileTree {
  readonly name: string;
  readonly diagnostics = [];
  readonly #signal: AbortSignal;
  readonly #files = new Map<string, Promise<SeekableFile | undefined>>();

  constructor(path: string, signal: AbortSignal) {
    this.name = path;
    this.#signal = signal;
  }

  file(path: string): Promise<SeekableFile | undefined> {
    const known = this.#files.get(path) ?? this.#open(path);
    this.#files.set(path, known);
    return known;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await Promise.allSettled(this.#files.values());
    this.#files.clear();
    await disposeAll(opened.map((file) => (file.status === "fulfilled" ? file.value : undefined)));
  }

  async #open(path: string): Promise<SeekableFile | undefined> {
    const full = join(this.name, path);
    try {
      await stat(full);
    } catch (error) {
      if (["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) return undefined;
    }
    return openSeekableFile(full, { signal: this.#signal });
  }
}
