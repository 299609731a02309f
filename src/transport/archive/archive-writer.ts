import type { ByteStream } from "../../bytes/byte-stream.ts";
import type { FileWriter } from "../../bytes/file-writer.ts";
import { BLOCK_SIZE, paddedSize } from "../../tar/block.ts";
import { memberHeader } from "./member-header.ts";

/**
 * Writes a tar member by member; equal members give equal bytes. One at a time: whoever uses it waits for each call.
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
   * Adds a member whose size, and perhaps name, is known only at its end; `name` is asked then, and undefined drops the
   * member again. When anything fails, the archive is as it was before.
   */
  async addStream(stream: ByteStream, name: () => string | undefined): Promise<void> {
    const start = this.#file.size;
    let kept = false;
    try {
      await this.#file.append(new Uint8Array(BLOCK_SIZE));
      const size = await this.#file.appendAll(stream);
      const path = name();
      if (path === undefined) return;
      await this.#pad(size);
      await this.#file.overwrite(memberHeader(path, size), start);
      kept = true;
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
