import { createHash } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { readSyncAt } from "../bytes/sync-file.ts";
import { sharedWrittenBytes } from "../bytes/written-bytes.ts";
import { detectCompression } from "../compression/detect.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Limits } from "../limits.ts";
import { type Digest, hashDigest } from "../oci/digest.ts";
import { type SharedBudget, sharedScanBudget } from "./scan-budget.ts";
import { type ScannedTar, startTarPass } from "./tar-pass.ts";

/** A file to be scanned while it is written, as plain data. It is not known whether it is a layer. */
export interface ArrivingRequest {
  /** The file that contains it, and its offset there. */
  readonly path: string;
  readonly offset: number;
  readonly size: number;
  /** Counts the bytes written to the file at `path`. */
  readonly written: BigInt64Array;
  readonly lenientTar: boolean;
  readonly limits: Limits;
  readonly budget: SharedBudget;
}

/** The result for a file that turned out to be an uncompressed tar. */
export interface ArrivedTar extends ScannedTar {
  /** Digest of all its bytes. */
  readonly digest: Digest;
  readonly diagnostics: readonly Diagnostic[];
}

/** Bytes that are waited for and read at once. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Scans a file while it is written, blocking until missing bytes arrive; undefined if it is not a valid uncompressed
 * tar or remains incomplete. `check` is called before each chunk and while waiting; an error that it throws ends the
 * scan.
 * @throws LimitError LIMIT_EXCEEDED; TransportError TRANSPORT_FAILED; ImageInvalidError if the tar ends too early
 */
export function scanArriving(request: ArrivingRequest, check: () => void): ArrivedTar | undefined {
  const { path, offset, size, lenientTar, limits } = request;
  const diagnostics: Diagnostic[] = [];
  const hash = createHash("sha256");
  const pass = startTarPass({
    ...{ diffId: undefined, layer: 0, lenientTar, limits, budget: sharedScanBudget(request.budget) },
    notice: (diagnostic) => diagnostics.push(diagnostic),
    blobBytesRead: () => size,
  });
  const written = sharedWrittenBytes(request.written);
  const buffer = Buffer.allocUnsafeSlow(Math.min(size, CHUNK_BYTES));
  const fd = openSync(path, "r");
  try {
    for (let start = 0; start < size; start += CHUNK_BYTES) {
      check();
      const chunk = buffer.subarray(0, Math.min(CHUNK_BYTES, size - start));
      if (!written.wait(offset + start + chunk.length, check)) return undefined;
      readSyncAt({ fd, offset, path }, start, chunk);
      if (start === 0 && detectCompression(chunk) !== "none") return undefined;
      hash.update(chunk);
      pass.push(chunk);
      if (pass.failed) return undefined;
    }
  } finally {
    closeSync(fd);
  }
  const scanned = pass.finish();
  return { ...scanned, digest: hashDigest(hash), diagnostics };
}
