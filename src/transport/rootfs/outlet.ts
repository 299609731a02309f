import { chmod, mkdir, readdir, realpath, rename, rm, utimes } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { createFile, type FileWriter } from "../../bytes/file-writer.ts";
import { errnoOf, guardIo, ioError } from "../../bytes/io-error.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { TransportError, UsageError } from "../../errors.ts";
import { observed } from "../../tar/observed.ts";
import { openTarget, syncFolder, type Target, temporaryBeside } from "../archive/target.ts";
import { type FilesystemForm, makeFilesystem, requireRoot } from "./filesystem-image.ts";
import type { RootfsKind } from "./form.ts";
import { removeTree, unpack } from "./unpack.ts";

/**
 * Where the tar of a root filesystem goes, and what it is made into; nothing is visible before `publish`, and nothing
 * stays without it.
 */
export interface Outlet extends AsyncDisposable {
  /** Takes the whole tar, compressed as the kind says. */
  write(tar: ByteStream): Promise<void>;
  /** Makes what was written visible. Returns what could not be kept. */
  publish(identity: OutletIdentity): Promise<readonly Diagnostic[]>;
}

/** What a filesystem says of itself, besides its files. */
export interface OutletIdentity {
  /** 32 hexadecimal digits, the same for the same content. */
  readonly id: string;
  /** When the image was created, in seconds since 1970. */
  readonly seconds: number;
}

/** What {@link openOutlet} needs to know besides the path. */
export interface OutletOptions {
  readonly kind: RootfsKind;
  /** Replaces a file; a folder is never replaced. */
  readonly force: boolean;
  /** The file that is read at the same time. */
  readonly source?: string | undefined;
}

/**
 * Looks whether a root filesystem may be written to `path`.
 * @throws UsageError DESTINATION_EXISTS; TransportError DESTINATION_REFUSED, DISK_FULL, TRANSPORT_FAILED
 */
export async function openOutlet(path: string, options: OutletOptions, context: Context): Promise<Outlet> {
  const { form } = options.kind;
  if (form === "folder") return openFolderOutlet(path, context);
  const target = await openTarget(path, options, context);
  if (form === "tar") return new TarOutlet(target, await createFile(target.temporary, writing(target, path, context)));
  requireRoot(form);
  return new ImageOutlet({ form, path, target, context });
}

function writing({ side }: Target, path: string, { signal }: Context): Parameters<typeof createFile>[1] {
  return { signal, side, known: side === "destination" ? path : undefined };
}

class TarOutlet implements Outlet {
  readonly #target: Target;
  readonly #file: FileWriter;

  constructor(target: Target, file: FileWriter) {
    this.#target = target;
    this.#file = file;
  }

  async write(tar: ByteStream): Promise<void> {
    await this.#file.appendAll(tar);
  }

  async publish(): Promise<readonly Diagnostic[]> {
    await this.#file.sync();
    await this.#file[Symbol.asyncDispose]();
    await this.#target.publish();
    return [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
    await rm(this.#target.temporary, { force: true });
  }
}

/**
 * Looks whether a folder can appear at a path: it may be there if it is empty. What is in a folder is never removed,
 * not even by force.
 */
async function openFolderOutlet(path: string, context: Context): Promise<Outlet> {
  const final = await guardIo({ side: "destination", path }, () => behindLinks(resolve(path)));
  await refuseFull(final, path);
  const temporary = temporaryBeside(final);
  await makeRoot(temporary, path);
  return new FolderOutlet({ final, temporary, path, context });
}

/** What engines give a root that no layer says anything of. */
async function makeRoot(folder: string, known: string): Promise<void> {
  await guardIo({ side: "destination", path: known }, async () => {
    await mkdir(folder);
    await chmod(folder, 0o755);
  });
}

/** A folder replaces an empty one, but not a link to it. */
async function behindLinks(path: string): Promise<string> {
  return await realpath(path).catch((error) => {
    if (errnoOf(error) === "ENOENT") return path;
    throw error;
  });
}

async function refuseFull(final: string, path: string): Promise<void> {
  const names = await readdir(final).catch((error) => {
    if (errnoOf(error) === "ENOENT") return [];
    if (errnoOf(error) !== "ENOTDIR") throw ioError(error, { side: "destination", path });
    throw new TransportError("DESTINATION_REFUSED", `cannot write ${path}: it is a file`, { details: { path } });
  });
  if (names.length > 0) throw full(path);
}

function full(path: string, cause?: unknown): UsageError {
  return new UsageError("DESTINATION_EXISTS", `the folder ${path} is not empty`, {
    cause,
    details: { path, hint: "choose another, or empty it; a folder is never replaced, not even with --force" },
  });
}

interface FolderOutletInit {
  readonly final: string;
  readonly temporary: string;
  /** As it was typed. */
  readonly path: string;
  readonly context: Context;
}

class FolderOutlet implements Outlet {
  readonly #init: FolderOutletInit;
  #diagnostics: readonly Diagnostic[] = [];

  constructor(init: FolderOutletInit) {
    this.#init = init;
  }

  async write(tar: ByteStream): Promise<void> {
    const { temporary, path, context } = this.#init;
    this.#diagnostics = await unpack(tar, { folder: temporary, known: path, context });
  }

  async publish(): Promise<readonly Diagnostic[]> {
    const { final, temporary, path } = this.#init;
    try {
      await rename(temporary, final);
    } catch (error) {
      if (errnoOf(error) === "ENOTEMPTY" || errnoOf(error) === "EEXIST") throw full(path, error);
      await guardIo({ side: "destination", path }, () => Promise.reject(error));
    }
    await syncFolder(dirname(final));
    return this.#diagnostics;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeTree(this.#init.temporary);
  }
}

interface ImageOutletInit {
  readonly form: FilesystemForm;
  readonly path: string;
  readonly target: Target;
  readonly context: Context;
}

/** Unpacks beside the target, where there is room for it, and makes the filesystem of what lies there. */
class ImageOutlet implements Outlet {
  readonly #init: ImageOutletInit;
  readonly #folder: string;
  #diagnostics: readonly Diagnostic[] = [];
  #rooted = false;

  constructor(init: ImageOutletInit) {
    this.#init = init;
    this.#folder = `${init.target.temporary}.d`;
  }

  async write(tar: ByteStream): Promise<void> {
    const { path, context } = this.#init;
    await makeRoot(this.#folder, path);
    const watching = observed(tar, ({ name }) => {
      this.#rooted ||= name.split("/").every((part) => part === "" || part === ".");
    });
    this.#diagnostics = await unpack(watching, { folder: this.#folder, known: path, context });
  }

  async publish({ id, seconds }: OutletIdentity): Promise<readonly Diagnostic[]> {
    const { form, path, target, context } = this.#init;
    // No entry gave the root a time: its folder has that of the unpacking.
    if (!this.#rooted) await utimes(this.#folder, seconds, seconds);
    const file = target.temporary;
    const lost = await makeFilesystem({ form, folder: this.#folder, file, known: path, id, seconds, ...context });
    await removeTree(this.#folder);
    await target.publish();
    return [...this.#diagnostics, ...lost];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeTree(this.#folder);
    await rm(this.#init.target.temporary, { force: true });
  }
}
