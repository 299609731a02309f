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

/** What a pass over a blob needs besides what the pass over its tar does. */
export interface BlobPassInput extends TarPassInput {
  readonly descriptor: Descriptor;
  readonly diffId: DiffId;
  readonly compression: Compression;
  /** Whether the bytes must still be compared with the descriptor; else whoever hands them over does it. */
  readonly check: boolean;
  /**
   * Bytes of the tar where an earlier run has scanned the blob: then its bytes are verified and kept, and nothing more
   * is learned of them.
   */
  readonly knownSize: number | undefined;
  /** Where the uncompressed tar is kept, where it is. */
  readonly tarFile: SyncFile | undefined;
  /** Where the blob is kept as it is, where it is. */
  readonly blobFile: SyncFile | undefined;
}

/** What a pass over a blob learned. */
export interface ScannedBlob extends ScannedTar {
  /** Of gzip alone. */
  readonly map: DeflateMap | undefined;
}

/**
 * One pass over the bytes of a layer's blob, which never waits for anything but files: verifies, inflates, hashes,
 * indexes and keeps them. A blob of zstd is pushed uncompressed. Disposing it gives back what it inflates with.
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
   * Takes the next bytes, and keeps nothing of them. Damage that a wrong digest would explain does not stop it.
   * @throws LimitError LIMIT_EXCEEDED; ImageInvalidError SIZE_MISMATCH; TransportError DISK_FULL, TRANSPORT_FAILED
   */
  push(chunk: Uint8Array): void {
    this.#check?.update(chunk);
    this.#input.blobFile?.append(chunk);
    if (this.#inflater === undefined) this.#take(chunk);
    else if (this.#damage === undefined) this.#inflate(this.#inflater, chunk);
  }

  /**
   * What was learned, once all bytes were pushed. Of several faults the one that explains the others is thrown: a wrong
   * digest, then damage of the gzip stream, then a wrong diffID, then a fault of the tar.
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
    // Nobody will read an invalid tar.
    if (!this.#tar.failed) this.#input.tarFile?.append(chunk);
  }
}

/** A plain blob whose digest is the diffID is verified by whoever reads it; hashing is half the work of such a scan. */
function withoutSecondHash(input: BlobPassInput): TarPassInput {
  const { compression, descriptor, diffId } = input;
  return compression === "none" && (descriptor.digest as string) === diffId ? { ...input, diffId: undefined } : input;
}
