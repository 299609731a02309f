import { createHash, type Hash } from "node:crypto";
import type { MergedEntry } from "./merged-entries.ts";

/** The content address of a filesystem, `fs1-sha256:` and 64 hex digits; docs/formats/fsdigest.md defines it. */
export type FilesystemDigest = string & { readonly __brand: "FilesystemDigest" };

const PREFIX = "fs1-sha256:";
const DOMAIN = "planish filesystem digest 1\n";

/** Records are batched up to this many chars before they are hashed: a call costs more than hashing one record. */
const BATCH = 64 * 1024;

/** Computes the digest of a filesystem from its entries, in order, with the SHA-256 of every content. */
export class FilesystemHash {
  readonly #hash: Hash;
  #batch: string;

  constructor(hash = createHash("sha256"), batch = DOMAIN) {
    this.#hash = hash;
    this.#batch = batch;
  }

  /** A copy, to continue with another filesystem that is the same so far. */
  copy(): FilesystemHash {
    return new FilesystemHash(this.#hash.copy(), this.#batch);
  }

  add(entry: MergedEntry): void {
    this.#batch += recordOf(entry);
    if (this.#batch.length < BATCH) return;
    this.#hash.update(this.#batch, "latin1");
    this.#batch = "";
  }

  /** May be called once. */
  digest(): FilesystemDigest {
    return `${PREFIX}${this.#hash.update(this.#batch, "latin1").digest("hex")}` as FilesystemDigest;
  }
}

/** Nine netstrings, so that different entries never have the same bytes. */
function recordOf(entry: MergedEntry): string {
  const { path, type, mode, uid, gid, group, xattrs } = entry;
  const attributes = xattrs.map(([name, value]) => netstring(name) + netstring(value)).join("");
  const fields = [path, type, mode.toString(8).padStart(4, "0"), String(uid), String(gid), timeOf(entry), group];
  return [...fields, dataOf(entry), attributes].map(netstring).join("");
}

/** Nanoseconds since 1970. */
function timeOf({ seconds, nanoseconds }: MergedEntry): string {
  if (nanoseconds === 0) return seconds === 0 ? "0" : `${seconds}000000000`;
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds));
}

function dataOf({ type, size, content, target, major, minor }: MergedEntry): string {
  switch (type) {
    case "f":
      return `${size} ${Buffer.from(content, "latin1").toString("hex")}`;
    case "l":
      return target;
    case "c":
    case "b":
      return `${major}:${minor}`;
    default:
      return "";
  }
}

/** A text of one char a byte as `LENGTH:BYTES,`. https://cr.yp.to/proto/netstrings.txt */
function netstring(text: string): string {
  return `${text.length}:${text},`;
}
