import { crc32 } from "node:zlib";
import type { Crc } from "../kernel/gzip-trailer.ts";
import { type FoundSecret, findSecrets, mayHoldSecrets } from "../secrets/find-secrets.ts";
import type { Member } from "../tar/member.ts";

/** What was found in the contents of a layer's files during the scan, as plain data. */
export interface ContentFacts {
  /**
   * CRC-32 of each entry's content, by ordinal; 0 for entries that are no files, sparse files, and files smaller than
   * {@link FACTS_FROM}.
   */
  readonly crc: Uint32Array;
  readonly secrets: readonly SecretInEntry[];
  /** Whether `secrets` has as many as it may have, and some files, or their rest, were not searched. */
  readonly secretsCut: boolean;
}

/** Something that looks like a secret, and the entry that it is in. */
export interface SecretInEntry extends FoundSecret {
  readonly ordinal: number;
}

/** Minimum size in bytes of a file whose CRC-32 is computed. */
const FACTS_FROM = 1024;
/**
 * Maximum size in bytes of a text that is searched for secrets: config files and bundles are seldom larger, and the
 * whole text is held in memory.
 */
const SEARCHED_UP_TO = 1024 * 1024;
/** Number of findings in a layer after which nothing more is searched. */
export const MOST_SECRETS = 1000;

/**
 * Examines contents while a layer is scanned, so that nothing has to be read again: computes checksums, and searches
 * text files for secrets. Holds at most one file of up to 1 MiB in memory.
 */
export class ContentLook {
  readonly #crcOf: Crc;
  readonly #crcs: number[] = [];
  readonly #secrets: SecretInEntry[] = [];
  #secretsCut = false;
  #crc = 0;
  /** The content of a member that is searched, as far as it has come; one char a byte. */
  #text = "";
  /** Whether the current member is searched; undefined before its first piece. */
  #searched: boolean | undefined;

  constructor(crcOf: Crc = crc32) {
    this.#crcOf = crcOf;
  }

  /** Takes the next piece of the content of a member; does not keep its memory. */
  push(piece: Buffer, { size, name }: Member): void {
    if (size >= FACTS_FROM) this.#crc = this.#crcOf(piece, this.#crc);
    this.#searched ??= size <= SEARCHED_UP_TO && mayHoldSecrets(name);
    if (!this.#searched) return;
    if (piece.includes(0)) {
      this.#searched = false;
      this.#text = "";
    } else this.#text += piece.toString("latin1");
  }

  /**
   * Call it for every member once all its pieces were pushed. `ordinal`: that of the entry made of the member;
   * undefined when the member became no entry.
   */
  settle(member: Member, ordinal: number | undefined): void {
    const [crc, text] = [this.#crc, this.#text];
    this.#crc = 0;
    this.#text = "";
    this.#searched = undefined;
    if (ordinal === undefined) return;
    const looked = member.type === "file" && member.sparse === undefined;
    this.#crcs[ordinal] = looked ? crc : 0;
    if (looked && text !== "") this.#search(text, member.name, ordinal);
  }

  finish(): ContentFacts {
    return { crc: Uint32Array.from(this.#crcs), secrets: this.#secrets, secretsCut: this.#secretsCut };
  }

  #search(text: string, path: string, ordinal: number): void {
    if (this.#secretsCut) return;
    const room = MOST_SECRETS - this.#secrets.length;
    const found = findSecrets(text, path, room + 1);
    this.#secretsCut = found.length > room;
    for (const secret of found.slice(0, room)) this.#secrets.push({ ...secret, ordinal });
  }
}
