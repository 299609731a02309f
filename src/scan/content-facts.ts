import { crc32 } from "node:zlib";
import type { Crc } from "../kernel/gzip-trailer.ts";
import { type FoundSecret, findSecrets, mayHoldSecrets } from "../secrets/find-secrets.ts";
import type { Member } from "../tar/member.ts";

/** What the contents of a layer's files showed as they passed, as plain data. */
export interface ContentFacts {
  /**
   * CRC-32 of each file's content by ordinal; 0 where there is none: of what is no file, or sparse, or smaller than
   * {@link FACTS_FROM}.
   */
  readonly crc: Uint32Array;
  readonly secrets: readonly SecretInEntry[];
}

/** Something that looks like a secret, and where it is. */
export interface SecretInEntry extends FoundSecret {
  readonly ordinal: number;
}

/** Bytes from which on a file has a CRC-32 in the facts. */
export const FACTS_FROM = 1024;
/**
 * Bytes up to which a text is searched for secrets: what configures and what is bundled is seldom larger, and more
 * would have to be held at once.
 */
const SEARCHED_UP_TO = 1024 * 1024;
/** Findings of a layer that are kept. */
const MOST_SECRETS = 1000;

/**
 * Looks at contents while a layer is scanned, so that nothing need be read again: adds up checksums, and searches text
 * files for secrets. Keeps no more than one file of 1 MiB at a time.
 */
export class ContentLook {
  readonly #crcOf: Crc;
  readonly #crcs: number[] = [];
  readonly #secrets: SecretInEntry[] = [];
  #crc = 0;
  #pieces: Buffer[] = [];
  /** Whether the member of now is to be searched; not known before its first piece. */
  #searched: boolean | undefined;

  constructor(crcOf: Crc = crc32) {
    this.#crcOf = crcOf;
  }

  /** Takes the next piece of the content of a member, which is used before this returns. */
  push(piece: Buffer, { size, name }: Member): void {
    if (size >= FACTS_FROM) this.#crc = this.#crcOf(piece, this.#crc);
    this.#searched ??= size <= SEARCHED_UP_TO && mayHoldSecrets(name);
    if (!this.#searched) return;
    if (piece.includes(0)) {
      this.#searched = false;
      this.#pieces = [];
    } else this.#pieces.push(piece.length === size ? piece : Buffer.from(piece));
  }

  /**
   * Says that the member is complete; `ordinal` is that of the entry which it became, if it did. To be called for every
   * member, while the last piece still stands.
   */
  settle(member: Member, ordinal: number | undefined): void {
    const [crc, pieces] = [this.#crc, this.#pieces];
    this.#crc = 0;
    this.#pieces = [];
    this.#searched = undefined;
    if (ordinal === undefined) return;
    const looked = member.type === "file" && member.sparse === undefined;
    this.#crcs[ordinal] = looked ? crc : 0;
    if (looked && pieces.length > 0) this.#search(pieces, member.name, ordinal);
  }

  finish(): ContentFacts {
    return { crc: Uint32Array.from(this.#crcs), secrets: this.#secrets };
  }

  #search(pieces: readonly Buffer[], path: string, ordinal: number): void {
    if (this.#secrets.length >= MOST_SECRETS) return;
    const text = pieces.map((piece) => piece.toString("latin1")).join("");
    for (const secret of findSecrets(text, path)) this.#secrets.push({ ...secret, ordinal });
  }
}
