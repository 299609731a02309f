import { checkRatio } from "../bytes/check-ratio.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { ImageInvalidError } from "../errors.ts";
import type { Crc } from "../kernel/gzip-trailer.ts";
import type { Limits } from "../limits.ts";
import type { DiffId } from "../oci/digest.ts";
import type { EntryColumns } from "../tar/entry-table.ts";
import type { Member } from "../tar/member.ts";
import { xattrBytes } from "../tar/pax.ts";
import { TarReader } from "../tar/tar-reader.ts";
import { type ContentFacts, ContentLook } from "./content-facts.ts";
import { createDiffIdCheck, type DiffIdCheck } from "./diff-id-check.ts";
import { LayerEntries } from "./layer-entries.ts";
import { accounted, type ScanBudget, type Spending } from "./scan-budget.ts";

/** Input of a pass over the tar of a layer. */
export interface TarPassInput {
  /** Expected hash of the bytes; undefined if it is verified elsewhere. */
  readonly diffId: DiffId | undefined;
  readonly layer: number;
  readonly lenientTar: boolean;
  readonly budget: ScanBudget;
  readonly limits: Limits;
  /** Whether to examine contents. */
  readonly look?: boolean | undefined;
  /** Computes CRC-32s of contents; zlib's function by default. */
  readonly crc?: Crc | undefined;
  notice(diagnostic: Diagnostic): void;
  /** Bytes of the blob that have been read so far. */
  blobBytesRead(): number;
}

/** Result of a pass; the fields are described at `LayerIndex`. */
export interface ScannedTar {
  /** How much of the budget was used. */
  readonly spent: Spending;
  readonly size: number;
  readonly entries: EntryColumns;
  readonly end: number;
  readonly trailerExact: boolean;
  /** Facts about contents, if they were examined. */
  readonly content?: ContentFacts | undefined;
}

/** One pass over the uncompressed bytes of a layer: hashes, counts and indexes them. */
export interface TarPass {
  /**
   * Takes the next bytes. Does not throw if the tar is invalid, so that a wrong digest can be reported instead at the
   * end.
   * @throws LimitError LIMIT_EXCEEDED
   */
  push(chunk: Uint8Array): void;
  /** Whether the tar turned out to be invalid. */
  readonly failed: boolean;
  /**
   * Returns the result after all bytes were pushed.
   * @throws ImageInvalidError DIGEST_MISMATCH, which takes precedence over TAR_INVALID, PATH_UNSAFE, WHITEOUT_INVALID;
   * LimitError LIMIT_EXCEEDED
   */
  finish(): ScannedTar;
}

export function startTarPass(input: TarPassInput): TarPass {
  const { layer, lenientTar, limits, notice } = input;
  const spent = { bytes: 0, entries: 0, attributes: 0 };
  const budget = accounted(input.budget, spent);
  const entries = new LayerEntries({ layer, lenientTar, pathBytes: limits.pathBytes, notice });
  const look = input.look === true ? new ContentLook(input.crc) : undefined;
  const reader = new TarReader({
    layer,
    lenientTar,
    onContent: look && ((piece, member) => look.push(piece, member)),
    onMember(member) {
      budget.spendEntries(1, layer);
      const attributes = attributeBytes(member);
      if (attributes > 0) budget.spendAttributes(attributes, layer);
      // Holes count too: they take up space when the layer is unpacked.
      if (member.sparse !== undefined) budget.spendBytes(member.size - (member.body.end - member.body.start), layer);
      const ordinal = entries.length;
      entries.add(member);
      look?.settle(member, entries.length > ordinal ? ordinal : undefined);
    },
  });
  return new Pass({ ...input, budget, spent }, { reader, entries, look });
}

/**
 * Bytes kept in memory that may be as many as a MiB per entry although they compress to next to nothing in the blob.
 */
function attributeBytes({ linkName, meta, sparse }: Member): number {
  return linkName.length + xattrBytes(meta.xattrs) + (sparse?.byteLength ?? 0);
}

interface PassInput extends TarPassInput {
  readonly spent: Spending;
}

interface PassParts {
  readonly reader: TarReader;
  readonly entries: LayerEntries;
  readonly look: ContentLook | undefined;
}

class Pass implements TarPass {
  readonly #input: PassInput;
  readonly #reader: TarReader;
  readonly #entries: LayerEntries;
  readonly #look: ContentLook | undefined;
  readonly #digest: DiffIdCheck;
  #size = 0;
  #fault: ImageInvalidError | undefined;

  constructor(input: PassInput, { reader, entries, look }: PassParts) {
    this.#input = input;
    this.#reader = reader;
    this.#entries = entries;
    this.#look = look;
    this.#digest = createDiffIdCheck(input);
  }

  push(chunk: Uint8Array): void {
    this.#size += chunk.length;
    this.#input.budget.spendBytes(chunk.length, this.#input.layer);
    const { limits, layer, blobBytesRead } = this.#input;
    checkRatio({ plain: this.#size, compressed: blobBytesRead() }, limits.compressionRatio, { layer });
    this.#digest.update(chunk);
    if (this.#fault === undefined) this.#keepFault(() => this.#reader.push(chunk));
  }

  get failed(): boolean {
    return this.#fault !== undefined;
  }

  finish(): ScannedTar {
    this.#digest.check();
    if (this.#fault !== undefined) throw this.#fault;
    const tarEnd = this.#reader.end();
    const { end } = this.#entries;
    return {
      spent: this.#input.spent,
      size: this.#size,
      entries: this.#entries.finish(),
      end,
      trailerExact: tarEnd.trailerExact && tarEnd.end === end,
      content: this.#look?.finish(),
    };
  }

  /**
   * Keeps an error about the tar, which a damaged blob may have caused; any other, such as a limit, is thrown at once.
   */
  #keepFault(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ImageInvalidError)) throw error;
      this.#fault = error;
    }
  }
}
