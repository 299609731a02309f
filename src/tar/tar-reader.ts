import { ImageInvalidError } from "../errors.ts";
import { BLOCK_SIZE, isZero, paddedSize } from "./block.ts";
import { ChunkCursor } from "./chunk-cursor.ts";
import { type Extensions, extend, isExtension } from "./extensions.ts";
import { decodeHeader, type Header, type Refuse, sumBlock } from "./header.ts";
import { decodeMember, type Member, type MemberDraft } from "./member.ts";
import type { PaxHeader } from "./pax.ts";
import { EXTENSION_LIMIT } from "./pax-records.ts";
import {
  mapFromRecords,
  OldSparseMap,
  oldSparseSize,
  placeRegions,
  SparseMapText,
  sparseForm,
  sparseIdentity,
} from "./sparse.ts";

/** What {@link TarReader} needs to know besides the bytes. */
export interface TarReaderOptions {
  /** Number of the layer, for errors. */
  readonly layer?: number | undefined;
  /** Expands old GNU sparse files (typeflag `S`), which every engine refuses. */
  readonly lenientTar?: boolean | undefined;
  /**
   * Called with each member when the last byte of its padding was read; an error that it throws is thrown by `push` or
   * `end`.
   */
  onMember(member: Member): void;
  /**
   * Called with each piece of stored content of a member, before `onMember` is called for that member; the piece is
   * valid during the call, since the rest of the member may come in the same memory.
   */
  readonly onContent?: ((piece: Buffer, member: Member) => void) | undefined;
}

/** How a tar ended. Offsets are in bytes of the tar. */
export interface TarEnd {
  /** Total number of bytes. */
  readonly size: number;
  /** Where the zero blocks begin, or the end of the tar if there are none. */
  readonly end: number;
  /** Whether exactly two zero blocks follow `end`, and nothing else. */
  readonly trailerExact: boolean;
}

/**
 * Finds the members of a tar that is pushed in chunks of any size; contents are passed to `onContent`, never copied.
 * Accepts what Go's archive/tar accepts, which is what engines load (R1.1 to R1.10).
 * @throws ImageInvalidError TAR_INVALID with the offset and, if known, the entry
 */
export class TarReader {
  readonly #options: TarReaderOptions;
  readonly #cursor = new ChunkCursor();
  #state: "header" | "extension" | "sparse" | "content" | "padding" | "after" = "header";
  /** Offset of the current header. */
  #offset = 0;
  /** The extension header whose body is being read. */
  #header: Header | undefined;
  #extensions: Extensions | undefined;
  /** The member whose map, content or padding is being read. */
  #draft: MemberDraft | undefined;
  #sparse: SparseMapText | OldSparseMap | undefined;
  /** Remaining bytes of content or padding. */
  #left = 0;
  #trailerStart: number | undefined;
  #zeroBlocks = 0;

  constructor(options: TarReaderOptions) {
    this.#options = options;
  }

  /** Takes the next bytes; the chunk is not kept. */
  push(chunk: Uint8Array): void {
    this.#cursor.load(chunk);
    while (!this.#cursor.empty) this.#step();
  }

  /**
   * Call it after the last bytes. A missing trailer and incomplete padding of the last member are accepted (R1.10); any
   * other truncation is not.
   */
  end(): TarEnd {
    const size = this.#cursor.offset;
    const held = this.#cursor.takeHeld();
    if (this.#state === "padding") this.#finishMember();
    else if (this.#state === "extension" && held.length >= (this.#header?.size ?? 0)) this.#endExtension(held);
    else if (this.#state !== "after" && (this.#state !== "header" || held.length > 0)) {
      this.#offset = size;
      this.#refuse("an entry that is cut short", "R1.10");
    }
    const end = this.#trailerStart ?? size;
    return { size, end, trailerExact: this.#zeroBlocks === 2 && size === end + 2 * BLOCK_SIZE };
  }

  #step(): void {
    if (this.#state === "header") this.#readHeader();
    else if (this.#state === "content") this.#passContent();
    else if (this.#state === "padding") this.#passPadding();
    else if (this.#state === "extension") this.#readExtension();
    else if (this.#state === "sparse") this.#readSparse();
    else this.#cursor.pass(Number.POSITIVE_INFINITY);
  }

  #readHeader(): void {
    const block = this.#cursor.take(BLOCK_SIZE);
    if (block === undefined) return;
    this.#offset = this.#cursor.offset - BLOCK_SIZE;
    const sum = sumBlock(block);
    if (sum === 0) {
      this.#passZeroBlock();
      return;
    }
    if (this.#zeroBlocks > 0) this.#refuse("a single zero block in its middle", "R1.10");
    const header = decodeHeader(block, sum, this.#refuse);
    if (isExtension(header.typeflag)) this.#beginExtension(header);
    else this.#beginMember(header, block);
  }

  #passZeroBlock(): void {
    this.#trailerStart ??= this.#offset;
    this.#zeroBlocks += 1;
    if (this.#zeroBlocks === 2) this.#state = "after";
  }

  #beginExtension(header: Header): void {
    if (header.size < 0) this.#refuse("a negative size", "R1.2");
    if (header.size > EXTENSION_LIMIT) this.#refuse("an extension header of more than 1 MiB", "R1.3");
    this.#header = header;
    this.#state = "extension";
    if (header.size === 0) this.#readExtension();
  }

  #readExtension(): void {
    const body = this.#cursor.take(paddedSize(this.#header?.size ?? 0));
    if (body !== undefined) this.#endExtension(body);
  }

  #endExtension(body: Buffer): void {
    const header = this.#header;
    if (header === undefined) return;
    this.#state = "header";
    this.#extensions = extend(this.#extensions, { header, offset: this.#offset, body }, this.#refuse);
  }

  #beginMember(header: Header, block: Buffer): void {
    const extensions = this.#extensions;
    const draft = decodeMember({ header, extensions, offset: this.#offset }, this.#refuse);
    this.#extensions = undefined;
    this.#draft = draft;
    this.#left = draft.size;
    this.#state = "content";
    if (header.typeflag === "S") this.#beginOldSparse(draft, header, block);
    else if (extensions?.pax !== undefined) this.#beginPaxSparse(draft, extensions.pax);
    if (this.#state === "content" && this.#left === 0) this.#endContent();
  }

  #beginPaxSparse(draft: MemberDraft, pax: PaxHeader): void {
    const form = sparseForm(pax);
    if (form === undefined) return;
    if (draft.type !== "file" && draft.type !== "other") {
      this.#refuse("a sparse map of something without content", "R1.9");
    }
    const identity = sparseIdentity(pax.records);
    if (identity.name?.includes("\0")) this.#refuse("a name with a NUL", "R2.5");
    draft.name = identity.name ?? draft.name;
    draft.size = identity.size ?? draft.size;
    draft.plain = false;
    if (form === "records") {
      this.#placeSparse(draft, mapFromRecords(pax, this.#refuse));
    } else {
      this.#sparse = new SparseMapText();
      this.#state = "sparse";
    }
  }

  #beginOldSparse(draft: MemberDraft, header: Header, block: Buffer): void {
    if (!this.#options.lenientTar) this.#refuse("an old GNU sparse file, which no engine unpacks", "R1.9");
    if (header.dialect !== "gnu") this.#refuse("a sparse file of an unknown form", "R1.9");
    draft.type = "file";
    draft.size = oldSparseSize(block);
    draft.plain = false;
    const map = new OldSparseMap();
    this.#sparse = map;
    this.#state = "sparse";
    if (map.push(block, this.#refuse)) this.#endSparse(draft);
  }

  /** Reads a map before the content: in format 1.0 it is part of the member's size, in old GNU files it is not. */
  #readSparse(): void {
    const draft = this.#draft;
    const sparse = this.#sparse;
    if (draft === undefined || sparse === undefined) return;
    const counts = sparse instanceof SparseMapText;
    if (counts && this.#left < BLOCK_SIZE) this.#refuse("a sparse map that is cut short", "R1.9");
    const block = this.#cursor.take(BLOCK_SIZE);
    if (block === undefined) return;
    if (counts) this.#left -= BLOCK_SIZE;
    const start = draft.body.start + BLOCK_SIZE;
    draft.body = { start, end: start + this.#left };
    draft.span = { start: draft.span.start, end: start + paddedSize(this.#left) };
    if (sparse.push(block, this.#refuse)) this.#endSparse(draft);
  }

  #endSparse(draft: MemberDraft): void {
    this.#placeSparse(draft, this.#sparse?.numbers ?? []);
    this.#sparse = undefined;
    this.#state = "content";
    if (this.#left === 0) this.#endContent();
  }

  #placeSparse(draft: MemberDraft, numbers: readonly number[]): void {
    const place = { size: draft.size, stored: this.#left, start: draft.body.start };
    draft.sparse = placeRegions(numbers, place, this.#refuse);
  }

  #passContent(): void {
    const piece = this.#cursor.pass(this.#left);
    this.#left -= piece.length;
    if (this.#draft !== undefined) this.#options.onContent?.(piece, this.#draft);
    if (this.#left === 0) this.#endContent();
  }

  #endContent(): void {
    this.#state = "padding";
    this.#left = this.#draft === undefined ? 0 : this.#draft.span.end - this.#draft.body.end;
    if (this.#left === 0) this.#finishMember();
  }

  #passPadding(): void {
    const padding = this.#cursor.pass(this.#left);
    this.#left -= padding.length;
    if (this.#draft !== undefined && !isZero(padding, 0, padding.length)) this.#draft.plain = false;
    if (this.#left === 0) this.#finishMember();
  }

  #finishMember(): void {
    const draft = this.#draft;
    if (draft === undefined) return;
    this.#draft = undefined;
    this.#state = "header";
    if (this.#left > 0) {
      draft.span = { start: draft.span.start, end: this.#cursor.offset };
      draft.plain = false;
    }
    this.#options.onMember(draft);
  }

  readonly #refuse: Refuse = (message, rule) => {
    const { layer } = this.#options;
    const offset = this.#offset;
    const entry = this.#draft?.name ?? this.#extensions?.pax?.records.get("path");
    throw new ImageInvalidError("TAR_INVALID", `the tar has ${message}, at byte ${offset}`, {
      details: { ...(layer !== undefined && { layer }), offset, ...(entry !== undefined && { entry }), rule },
    });
  };
}
