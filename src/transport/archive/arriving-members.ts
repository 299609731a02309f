import type { WrittenBytes } from "../../bytes/written-bytes.ts";
import { isFlattenError } from "../../errors.ts";
import type { Member } from "../../tar/member.ts";
import { TarReader } from "../../tar/tar-reader.ts";
import type { ArrivalWatcher } from "../contracts.ts";

/** An archive that is being written to a file, and the watcher that is told of its members. */
export interface ArrivingArchive {
  readonly path: string;
  readonly written: WrittenBytes;
  readonly watcher: ArrivalWatcher;
}

/**
 * Finds the files in an archive while it arrives. After an error it finds no more: the complete archive is checked when
 * it is opened.
 */
export class ArrivingMembers {
  readonly #reader: TarReader;
  #current: Member | undefined;
  #lost = false;

  constructor({ path, written, watcher }: ArrivingArchive) {
    this.#reader = new TarReader({
      onContent: (_, member) => {
        if (member === this.#current) return;
        this.#current = member;
        const { start, end } = member.body;
        if (member.type === "file" && member.sparse === undefined) {
          watcher.arriving({ path, offset: start, size: end - start, written });
        }
      },
      onMember() {},
    });
  }

  /** Parses the next bytes of the archive; they are not kept. */
  push(piece: Uint8Array): void {
    if (this.#lost) return;
    try {
      this.#reader.push(piece);
    } catch (error) {
      if (!isFlattenError(error)) throw error;
      this.#lost = true;
    }
  }
}
