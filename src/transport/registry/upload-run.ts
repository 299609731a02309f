import { ImageInvalidError, TransportError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import { hasRegistryCode } from "./failure.ts";
import { Backoff } from "./retry.ts";
import type { RegistrySession } from "./session.ts";
import { type Mount, type Part, Upload } from "./upload.ts";

const MIB = 1024 * 1024;
const WHOLE = Number.POSITIVE_INFINITY;

/**
 * The most bytes in a request after one request with all bytes has failed: less is lost when the next one breaks, and a
 * proxy that limits the size of a request (100 MB at some, 1 MiB at nginx by default) lets smaller ones pass.
 */
const PART_BYTES: readonly number[] = [64 * MIB, 8 * MIB, 1 * MIB];

/** Parts are not made smaller than this after a break: ECR accepts none below 5 MiB, and does not say so. */
const LEAST_AFTER_BREAK = 8 * MIB;

/** The open uploads of a destination, to be cancelled when it is disposed. */
export type OpenUploads = Set<Upload>;

/**
 * The attempts to upload one blob: each continues the upload of the one before if the registry still knows it, with
 * smaller parts.
 */
export class UploadRun {
  /** How many bytes to send in one request; never fewer than the upload accepts. */
  partBytes = WHOLE;
  /** Whether to send bytes by PATCH only, as docker does: old Artifactory answers 404 to a PUT with bytes. */
  byPatch = false;
  readonly #session: RegistrySession;
  readonly #open: OpenUploads;
  #upload: Upload | undefined;
  /** Whether the registry has refused an upload in parts. */
  #takesNoParts = false;
  /** Whether a doubtful upload has come to the wrong digest. */
  #begunAnew = false;

  constructor(session: RegistrySession, open: OpenUploads) {
    this.#session = session;
    this.#open = open;
  }

  /** Repeats `attempt`, which gets its number, from 0, until it succeeds or fails for good. */
  async attempts<T>(attempt: (number: number) => Promise<T>): Promise<T> {
    const backoff = new Backoff(this.#session.settings.retry, this.#session.signal);
    for (let number = 0; ; number += 1) {
      const before = this.#upload?.offset ?? 0;
      try {
        const result = await attempt(number);
        if (this.#upload !== undefined) this.#open.delete(this.#upload);
        return result;
      } catch (error) {
        if (await this.#refusedParts(error)) continue;
        this.#forgetLost(error);
        if ((this.#upload?.offset ?? 0) > before) backoff.progressed();
        if (this.#shrinkParts(error)) continue;
        await backoff.wait(error);
      }
    }
  }

  /**
   * The upload to continue: that of the last attempt, or a new one. Undefined if the registry mounted the blob instead.
   */
  async upload(mount?: Mount): Promise<Upload | undefined> {
    const last = this.#upload;
    if (last !== undefined && !this.#takesNoParts && (await last.recover())) return last;
    this.#upload = undefined;
    if (last !== undefined) await this.#forget(last);
    const upload = await Upload.start(this.#session, mount);
    this.#upload = upload;
    if (upload === undefined) return undefined;
    this.#open.add(upload);
    // Parts of a layer are held in memory, so the registry may not choose any size for them.
    const { minChunk } = upload;
    if (minChunk > this.partBytes) this.partBytes = PART_BYTES.findLast((bytes) => bytes >= minChunk) ?? WHOLE;
    return upload;
  }

  /**
   * Finishes an upload as {@link Upload.finish} does. If the registry reports another digest, the bytes sent were
   * wrong, unless the upload is doubtful: then it begins anew; or in parts, which the registry may not have put
   * together: then {@link #refusedParts} has all bytes sent in one request.
   * @throws ImageInvalidError DIGEST_MISMATCH
   */
  async finish(upload: Upload, digest: Digest, rest?: Part): Promise<void> {
    try {
      await upload.finish(digest, rest);
    } catch (error) {
      if (!hasRegistryCode(error, ["DIGEST_INVALID"])) throw error;
      const beginsAnew = upload.doubtful && !this.#begunAnew;
      if (this.partBytes !== WHOLE && !beginsAnew) throw error;
      this.#upload = undefined;
      await this.#forget(upload);
      if (upload.doubtful) {
        this.#begunAnew = true;
        throw new TransportError("TRANSPORT_FAILED", error.message, { details: { ...error.details, temporary: true } });
      }
      const message = `the registry received bytes that do not match ${digest}`;
      throw new ImageInvalidError("DIGEST_MISMATCH", message, { details: { digest } });
    }
  }

  /**
   * Returns whether an upload in parts was refused, after which all bytes go in one request again: Google's registry
   * accepts no parts, and ECR Public does not put them together.
   */
  async #refusedParts(error: unknown): Promise<boolean> {
    const upload = this.#upload;
    if (!(error instanceof TransportError) || upload === undefined) return false;
    const { status } = error.details;
    if (error.code !== "DESTINATION_REFUSED" || status === 413 || this.partBytes === WHOLE) return false;
    this.partBytes = WHOLE;
    this.#takesNoParts = true;
    this.#upload = undefined;
    await this.#forget(upload);
    return true;
  }

  /**
   * Makes a 404 for an upload a reason to begin anew: the registry has lost it, as registries of several instances do
   * (Harbor), or has ended it though its answer to the first PUT said otherwise (GHCR); then the blob is there.
   */
  #forgetLost(error: unknown): void {
    if (this.#upload === undefined || !(error instanceof TransportError) || error.details.status !== 404) return;
    this.#open.delete(this.#upload);
    this.#upload = undefined;
    this.byPatch = true;
    error.details = { ...error.details, temporary: true };
  }

  async #forget(upload: Upload): Promise<void> {
    this.#open.delete(upload);
    await upload.cancel();
  }

  /** Returns whether the request was too large, so that a smaller one may be sent at once. */
  #shrinkParts(error: unknown): boolean {
    if (!(error instanceof TransportError)) return false;
    const tooLarge = error.details.status === 413;
    const cut = error.details.errno !== undefined;
    const least = Math.max(this.#upload?.minChunk ?? 0, tooLarge ? 0 : LEAST_AFTER_BREAK);
    const smaller = PART_BYTES.find((bytes) => bytes < this.partBytes && bytes >= least);
    if (smaller === undefined || this.#takesNoParts || !(tooLarge || cut)) return false;
    this.partBytes = smaller;
    return tooLarge;
  }
}
