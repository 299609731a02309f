import { createHash, randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { type FileHandle, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { guardIo } from "./io-error.ts";
import { makeFolder } from "./make-folder.ts";

/**
 * Bytes stored under names in a folder that several runs may share, also at the same time. Damaged bytes are never
 * returned. Disposing the cache after `put` removes the least recently used files until the size limit is respected.
 */
export interface FileCache extends AsyncDisposable {
  /** The folder as it was given to {@link createFileCache}, for messages. */
  readonly directory: string;
  /**
   * Creates the folder if it is missing. `get` and `put` do that too; calling it first reports a bad folder early.
   * @throws UsageError ARGUMENT_INVALID if other users may write to it; TransportError DISK_FULL, TRANSPORT_FAILED if
   * it cannot be created
   */
  open(): Promise<void>;
  /**
   * The bytes under a name, in a buffer that the caller owns; undefined if there are none, or if they are damaged.
   * @throws what `open` throws
   */
  get(name: string): Promise<Buffer | undefined>;
  /**
   * Stores bytes, given in parts, under a name of lower-case letters and digits; does nothing if they alone exceed the
   * size limit.
   * @throws what `open` throws; TransportError DISK_FULL, TRANSPORT_FAILED: then the name has what it had before
   */
  put(name: string, parts: readonly Uint8Array[]): Promise<void>;
}

/** A subfolder of planish's own, so that it never removes other files. */
const FOLDER = "planish";
const KEPT = /^[0-9a-z]+\.bin$/;
const TEMPORARY = /^[0-9a-f-]+\.tmp$/;

/** Temporary files older than this were left behind by a run that was killed, and are removed. */
const ABANDONED_MS = 60 * 60 * 1000;

const CHECK_BYTES = 32;

/**
 * A {@link FileCache} in a folder, which is created at first use with access for this user only; `maxBytes` is its size
 * limit once a run has ended, counted as what the files take on the disk.
 */
export function createFileCache(directory: string, maxBytes: number): FileCache {
  return new Cache(directory, maxBytes);
}

interface StoredFile {
  readonly path: string;
  /** Bytes that it takes on the disk. */
  readonly taken: number;
  readonly usedAt: number;
}

/** Files that are looked at together: a cache may have a hundred thousand, and each takes kilobytes meanwhile. */
const STATS_AT_ONCE = 64;

class Cache implements FileCache {
  readonly directory: string;
  readonly #folder: string;
  readonly #maxBytes: number;
  #prepared: Promise<void> | undefined;
  #grown = false;

  constructor(directory: string, maxBytes: number) {
    this.directory = directory;
    this.#folder = join(directory, FOLDER);
    this.#maxBytes = maxBytes;
  }

  open(): Promise<void> {
    this.#prepared ??= this.#guard(async () => {
      await makeFolder(this.#folder, 0o700);
      await refuseForeign(this.#folder);
    });
    return this.#prepared;
  }

  async get(name: string): Promise<Buffer | undefined> {
    await this.open();
    const path = this.#path(name);
    const bytes = await readFile(path).catch(() => undefined);
    const payload = bytes && checked(bytes);
    if (payload === undefined) return undefined;
    const now = new Date();
    // Fails in a read-only folder, in which nothing is ever removed.
    await utimes(path, now, now).catch(() => {});
    return payload;
  }

  async put(name: string, parts: readonly Uint8Array[]): Promise<void> {
    const size = parts.reduce((sum, { length }) => sum + length, CHECK_BYTES);
    if (size > this.#maxBytes) return;
    await this.open();
    const temporary = join(this.#folder, `${randomUUID()}.tmp`);
    this.#grown = true;
    try {
      await this.#guard(async () => {
        await using file = await open(temporary, "wx", 0o600);
        await writeChecked(file, parts);
      });
      await this.#guard(() => rename(temporary, this.#path(name)));
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#grown) return;
    this.#grown = false;
    const files = (await this.#list()).sort((a, b) => b.usedAt - a.usedAt);
    let total = 0;
    for (const { path, taken } of files) {
      total += taken;
      // Another run may have removed it already; one that has it open can still read it.
      if (total > this.#maxBytes) await rm(path, { force: true }).catch(() => {});
    }
  }

  /** The stored files, except any that another run removes meanwhile. Also removes abandoned temporary files. */
  async #list(): Promise<StoredFile[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const found: StoredFile[] = [];
    for (let at = 0; at < names.length; at += STATS_AT_ONCE) {
      const some = names.slice(at, at + STATS_AT_ONCE).map((name) => this.#look(name));
      found.push(...(await Promise.all(some)).flat());
    }
    return found;
  }

  /** A stored file, if the name is one; an abandoned temporary file is removed. */
  async #look(name: string): Promise<StoredFile[]> {
    if (!KEPT.test(name) && !TEMPORARY.test(name)) return [];
    const path = join(this.#folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return [];
    if (KEPT.test(name)) return [{ path, taken: bytesOnDisk(found), usedAt: found.mtimeMs }];
    if (found.mtimeMs < Date.now() - ABANDONED_MS) await rm(path, { force: true }).catch(() => {});
    return [];
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.bin`);
  }

  #guard<T>(work: () => Promise<T>): Promise<T> {
    return guardIo({ side: "cache", path: this.#folder }, work);
  }
}

/** POSIX counts in blocks of 512 bytes, whatever those of the disk are; some file systems do so only later. */
function bytesOnDisk({ size, blocks }: Stats): number {
  return Math.max(size, blocks * 512);
}

/** Refuses a folder that other users can write to: they could falsify what planish believes to be in a layer. */
async function refuseForeign(folder: string): Promise<void> {
  const { uid, mode } = await stat(folder);
  const user = process.geteuid?.();
  // biome-ignore lint/suspicious/noBitwiseOperators: permission bits
  const open = (mode & 0o022) !== 0;
  if (user === undefined || (!open && (uid === user || uid === 0))) return;
  throw new UsageError("ARGUMENT_INVALID", `others may write to the cache ${folder}`, {
    details: { path: folder, hint: "remove it, or choose another folder with --cache" },
  });
}

/** Writes the parts, then their SHA-256. */
async function writeChecked(file: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(part);
    if (part.length > 0) await file.writeFile(part);
  }
  await file.writeFile(hash.digest());
}

function checked(bytes: Buffer): Buffer | undefined {
  if (bytes.length < CHECK_BYTES) return undefined;
  const payload = bytes.subarray(0, -CHECK_BYTES);
  const check = createHash("sha256").update(payload).digest();
  return check.equals(bytes.subarray(-CHECK_BYTES)) ? payload : undefined;
}
