import { chmod, mkdir, readdir, rename, stat, utimes } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { disposeAll } from "../../bytes/dispose-all.ts";
import type { FileWriter } from "../../bytes/file-writer.ts";
import { errnoOf, guardIo, ioError } from "../../bytes/io-error.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { TransportError, UsageError } from "../../errors.ts";
import { observed } from "../../tar/observed.ts";
import { behindLinks, openTarget, syncFolder, type Target, temporaryBeside } from "../archive/target.ts";
import { type FilesystemForm, makeFilesystem, requireRoot } from "./filesystem-image.ts";
import type { RootfsKind } from "./form.ts";
import { removeTree, unpack } from "./unpack.ts";

/**
 * Writes the tar of a root filesystem, as it is or converted. Nothing is visible before `publish`; disposing without it
 * leaves no trace.
 */
export interface Outlet extends AsyncDisposable {
  /** Writes the whole tar, compressed as the kind says. */
  write(tar: ByteStream): Promise<void>;
  /** Makes what was written visible. Returns what could not be kept. */
  publish(identity: OutletIdentity): Promise<readonly Diagnostic[]>;
}

/** The properties of a filesystem besides its files. */
export interface OutletIdentity {
  /** 32 hexadecimal digits, equal for equal content. */
  readonly id: string;
  /** When the image was created, in seconds since 1970. */
  readonly seconds: number;
}

/** What {@link openOutlet} needs to know besides the path. */
export interface OutletOptions {
  readonly kind: RootfsKind;
  /** Replaces a file; a folder is never replaced. */
  readonly force: boolean;
  /** The file that the run reads. */
  readonly source?: string | undefined;
}

/**
 * Checks whether a root filesystem may be written to `path`.
 * @throws UsageError DESTINATION_EXISTS; TransportError DESTINATION_REFUSED, DISK_FULL, TRANSPORT_FAILED
 */
export async function openOutlet(path: string, options: OutletOptions, context: Context): Promise<Outlet> {
  const { form } = options.kind;
  if (form === "folder") return openFolderOutlet(path, context);
  const target = await openTarget(path, options, context);
  if (form === "tar") return new TarOutlet(target, await target.create(context.signal));
  requireRoot(form);
  return new ImageOutlet({ form, path, target, context });
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
    await disposeAll([this.#file, this.#target]);
  }
}

/**
 * Checks whether a folder can be created at a path; it may exist if it is empty. The contents of a folder are never
 * removed, not even with `force`.
 */
async function openFolderOutlet(path: string, context: Context): Promise<Outlet> {
  // A rename can replace an empty folder, but not a link to one.
  const final = (await behindLinks(resolve(path), path)) ?? resolve(path);
  await refuseFull(final, path);
  const temporary = temporaryBeside(final);
  await makeRoot(temporary, path);
  return new FolderOutlet({ final, temporary, path, context });
}

/** Creates the folder with the mode that engines give a root without an entry in any layer. */
async function makeRoot(folder: string, known: string): Promise<void> {
  await guardIo({ side: "destination", path: known }, async () => {
    await mkdir(folder);
    await chmod(folder, 0o755);
  });
}

async function refuseFull(final: string, path: string): Promise<void> {
  const names = await readdir(final).catch((error) => {
    if (errnoOf(error) === "ENOENT") return [];
    if (errnoOf(error) !== "ENOTDIR") throw ioError(error, { side: "destination", path });
    throw new TransportError("DESTINATION_REFUSED", `cannot write ${path}: it is a file`, { details: { path } });
  });
  if (names.length > 0) throw full(path);
  if (await isMountPoint(final)) throw mountPoint(path);
}

/** A bind mount from the same file system is not recognised: then the rename fails with EBUSY. */
async function isMountPoint(path: string): Promise<boolean> {
  const [own, around] = await Promise.all([path, dirname(path)].map((each) => stat(each).catch(() => undefined)));
  return own !== undefined && own.dev !== around?.dev;
}

function mountPoint(path: string, cause?: unknown): TransportError {
  return new TransportError("DESTINATION_REFUSED", `cannot write ${path}: it is a mount point`, {
    cause,
    details: { path, hint: "name a folder in it that does not exist yet" },
  });
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
  /** As typed. */
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
      if (errnoOf(error) === "EBUSY") throw mountPoint(path, error);
      throw ioError(error, { side: "destination", path });
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

/** Unpacks into a folder beside the target, and makes the filesystem image of that. */
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
    // If the layer has no entry for the root, its folder has the time of unpacking.
    if (!this.#rooted) await utimes(this.#folder, seconds, seconds);
    const file = target.temporary;
    const lost = await makeFilesystem({ form, folder: this.#folder, file, known: path, id, seconds, ...context });
    await removeTree(this.#folder);
    await target.publish();
    return [...this.#diagnostics, ...lost];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const folder = { [Symbol.asyncDispose]: () => removeTree(this.#folder) };
    await disposeAll([folder, this.#init.target]);
  }
}
