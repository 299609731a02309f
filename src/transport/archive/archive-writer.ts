import type { ByteStream } from "../../bytes/byte-stream.ts";
import type { FileWriter } from "../../bytes/file-writer.ts";
import { BLOCK_SIZE, paddedSize } from "../../tar/block.ts";
import { memberHeader } from "./member-header.ts";

/**
 * Writes a tar member by member; equal members give equal bytes. The caller must await each call.
 */
export class ArchiveWriter {
  readonly #file: FileWriter;

  constructor(file: FileWriter) {
    this.#file = file;
  }

  async addDirectory(path: string): Promise<void> {
    await this.#file.append(memberHeader(`${path}/`, 0));
  }

  /** Adds a member whose content is in memory. */
  async addFile(path: string, content: Uint8Array): Promise<void> {
    await this.#file.append(memberHeader(path, content.length));
    await this.#file.append(content);
    await this.#pad(content.length);
  }

  /**
   * Adds a member whose content is a stream of `size` bytes. If anything fails, the archive is as it was before.
   */
  async addStream(path: string, size: number, stream: ByteStream): Promise<void> {
    await this.#addWhole(async () => {
      await this.#file.append(memberHeader(path, size));
      await this.#file.appendAll(stream);
      await this.#pad(size);
      return true;
    });
  }

  /**
   * Adds a member whose size and name are known only at the end of its stream; `name` is called then, and undefined
   * removes the member. The name must fit into one block. If anything fails, the archive is as it was before.
   */
  async addUnnamed(stream: ByteStream, name: () => string | undefined): Promise<void> {
    const start = this.#file.size;
    await this.#addWhole(async () => {
      await this.#file.append(new Uint8Array(BLOCK_SIZE));
      const size = await this.#file.appendAll(stream);
      const path = name();
      if (path === undefined) return false;
      const header = memberHeader(path, size);
      if (header.length > BLOCK_SIZE) throw new Error(`no room for the name ${path}`);
      await this.#pad(size);
      await this.#file.overwrite(header, start);
      return true;
    });
  }

  /** Truncates what `add` wrote unless it returns true. */
  async #addWhole(add: () => Promise<boolean>): Promise<void> {
    const start = this.#file.size;
    let kept = false;
    try {
      kept = await add();
    } finally {
      if (!kept) await this.#file.truncate(start);
    }
  }

  /** Ends the archive with two zero blocks. pax(1) §ustar Interchange Format */
  async end(): Promise<void> {
    await this.#file.append(new Uint8Array(2 * BLOCK_SIZE));
  }

  async #pad(size: number): Promise<void> {
    await this.#file.append(new Uint8Array(paddedSize(size) - size));
  }
}
