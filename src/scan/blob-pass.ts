import { BlobCheck } from "../bytes/blob-check.ts";
import type { SyncFile } from "../bytes/sync-file.ts";
import { ImageInvalidError } from "../errors.ts";
import type { DeflateMap } from "../kernel/deflate-map.ts";
import type { Inflater } from "../kernel/inflater.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { DiffId } from "../oci/digest.ts";
import type { Compression } from "../oci/media-type.ts";
import { type BorrowedInflater, borrowInflater } from "./borrow-inflater.ts";
import { startKnownTar } from "./known-tar.ts";
import { type ScannedTar, startTarPass, type TarPass, type TarPassInput } from "./tar-pass.ts";

/** Input of a pass over a blob, besides that of the pass over its tar. */
export interface BlobPassInput extends TarPassInput {
  readonly descriptor: Descriptor;
  readonly diffId: DiffId;
  readonly compression: Compression;
  /** Whether to compare the bytes with the descriptor; false if that is done before they are pushed. */
  readonly check: boolean;
  /**
   * Bytes of the uncompressed tar, if an earlier run has scanned the blob: then the bytes are only verified and kept.
   */
  readonly knownSize: number | undefined;
  /** File for the uncompressed tar, if it is kept. */
  readonly tarFile: SyncFile | undefined;
  /** File for the blob as it is, if it is kept. */
  readonly blobFile: SyncFile | undefined;
}

/** Result of a pass over a blob. */
export interface ScannedBlob extends ScannedTar {
  /** For gzip only. */
  readonly map: DeflateMap | undefined;
}

/**
 * One pass over the bytes of a layer's blob: verifies, inflates, hashes, indexes and keeps them. It is synchronous, and
 * blocks only while it writes files. A zstd blob is pushed uncompressed. Disposing the pass returns its inflater.
 */
export class BlobPass implements Disposable {
  readonly #input: BlobPassInput;
  readonly #check: BlobCheck | undefined;
  readonly #borrowed: BorrowedInflater | undefined;
  readonly #inflater: Inflater | undefined;
  readonly #tar: TarPass;
  #damage: ImageInvalidError | undefined;

  constructor(input: BlobPassInput) {
    this.#input = input;
    this.#check = input.check ? new BlobCheck(input.descriptor) : undefined;
    this.#borrowed = input.compression === "gzip" ? borrowInflater() : undefined;
    this.#inflater = this.#borrowed?.inflater;
    const { knownSize, layer } = input;
    const inflater = this.#inflater;
    const crc = inflater && ((bytes: Uint8Array, before: number) => inflater.crc(bytes, before));
    const tarInput = { ...withoutSecondHash(input), crc };
    this.#tar = knownSize === undefined ? startTarPass(tarInput) : startKnownTar(knownSize, layer);
  }

  /**
   * Takes the next bytes, and does not keep their memory. Does not throw on damage that a wrong digest would explain.
   * @throws LimitError LIMIT_EXCEEDED; ImageInvalidError SIZE_MISMATCH; TransportError DISK_FULL, TRANSPORT_FAILED
   */
  push(chunk: Uint8Array): void {
    this.#check?.update(chunk);
    this.#input.blobFile?.append(chunk);
    if (this.#inflater === undefined) this.#take(chunk);
    else if (this.#damage === undefined) this.#inflate(this.#inflater, chunk);
  }

  /**
   * Returns the result after all bytes were pushed. Of several faults the one that explains the others is thrown: a
   * wrong digest, then damage of the gzip stream, then a wrong diffID, then a fault of the tar.
   * @throws ImageInvalidError SIZE_MISMATCH, DIGEST_MISMATCH, GZIP_INVALID, TAR_INVALID, PATH_UNSAFE, WHITEOUT_INVALID;
   * LimitError LIMIT_EXCEEDED
   */
  finish(): ScannedBlob {
    this.#check?.finish();
    if (this.#damage !== undefined) throw this.#damage;
    const inflated = this.#inflater?.finish();
    for (const diagnostic of inflated?.diagnostics ?? []) this.#input.notice(diagnostic);
    return { ...this.#tar.finish(), map: inflated?.map };
  }

  [Symbol.dispose](): void {
    this.#borrowed?.[Symbol.dispose]();
  }

  #inflate(inflater: Inflater, chunk: Uint8Array): void {
    try {
      inflater.push(chunk, (made) => this.#take(made));
    } catch (error) {
      if (!(error instanceof ImageInvalidError)) throw error;
      this.#damage = error;
    }
  }

  #take(chunk: Uint8Array): void {
    this.#tar.push(chunk);
    // An invalid tar is never read again.
    if (!this.#tar.failed) this.#input.tarFile?.append(chunk);
  }
}

/**
 * Skips the check of the diffID if it equals the digest of an uncompressed blob, which is verified anyway: hashing is
 * half the work of such a scan.
 */
function withoutSecondHash(input: BlobPassInput): TarPassInput {
  const { compression, descriptor, diffId } = input;
  return compression === "none" && (descriptor.digest as string) === diffId ? { ...input, diffId: undefined } : input;
}
