import { randomBytes } from "node:crypto";
import { access, constants, link, lstat, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { descriptorOf } from "../../bytes/descriptor-of.ts";
import { createFile, type FileWriter } from "../../bytes/file-writer.ts";
import { errnoOf, guardIo, ioError } from "../../bytes/io-error.ts";
import { openSeekableFile } from "../../bytes/seekable-file.ts";
import type { Context } from "../../context.ts";
import { TransportError, UsageError } from "../../errors.ts";
import { refuseTerminal, writeStdout } from "../stdio.ts";

/**
 * Where an archive is written until it is complete, and how it becomes visible. Disposing it removes what was not
 * published.
 */
export interface Target extends AsyncDisposable {
  /** A path that does not exist yet. */
  readonly temporary: string;
  /** Creates the file at that path; errors name the target. */
  create(signal: AbortSignal): Promise<FileWriter>;
  /** Makes the complete archive visible. */
  publish(): Promise<void>;
}

/** What {@link openTarget} needs to know besides the path. */
export interface TargetOptions {
  /** Replaces an existing file. */
  readonly force: boolean;
  /** The file that the run reads; it is never replaced. */
  readonly source?: string | undefined;
}

/**
 * Checks whether an archive may be written to `path`, `-` for stdout; nothing is written yet.
 * @throws UsageError DESTINATION_EXISTS; TransportError DESTINATION_REFUSED for a folder, a device, the source itself,
 * or a terminal
 */
export async function openTarget(path: string, options: TargetOptions, context: Context): Promise<Target> {
  return path === "-" ? stdoutTarget(context) : fileTarget(path, options);
}

/**
 * Checks whether a file may be written to `path`, through links; nothing is written yet.
 * @throws UsageError DESTINATION_EXISTS; TransportError DESTINATION_REFUSED for a folder, a device or the source
 * itself, and if the folder that would contain it is missing or not writable
 */
export async function fileTarget(path: string, options: TargetOptions): Promise<Target> {
  const final = await finalPath(path, options);
  await guardIo({ side: "destination", path }, () => access(dirname(final), constants.W_OK));
  const temporary = temporaryBeside(final);
  return {
    temporary,
    create: (signal) => createFile(temporary, { signal, side: "destination", known: path }),
    async publish() {
      await guardIo({ side: "destination", path }, () =>
        options.force ? rename(temporary, final) : appear(temporary, final),
      );
      await syncFolder(dirname(final));
    },
    [Symbol.asyncDispose]: () => rm(temporary, { force: true }),
  };
}

/** A hidden name in the same folder, so that renaming it is atomic. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.planish-${randomBytes(6).toString("hex")}`);
}

/** Makes a rename survive a power failure; errors are ignored, since some file systems cannot sync a folder. */
export async function syncFolder(path: string): Promise<void> {
  try {
    await using folder = await open(path, "r");
    await folder.sync();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/** The error for a target that already exists. */
function exists(path: string, cause?: unknown): UsageError {
  return new UsageError("DESTINATION_EXISTS", `${path} exists already`, {
    cause,
    details: { path, hint: "choose another name, or replace it with --force" },
  });
}

async function stdoutTarget(context: Context): Promise<Target> {
  refuseTerminal();
  const temporary = await context.scratch.path("stdout.tar");
  return {
    temporary,
    create: (signal) => createFile(temporary, { signal, side: "scratch" }),
    async publish() {
      await using file = await openSeekableFile(temporary, { signal: context.signal, side: "scratch" });
      await writeStdout(file.stream(), context.signal);
    },
    [Symbol.asyncDispose]: () => rm(temporary, { force: true }),
  };
}

/**
 * The real path of what is at a path; undefined if there is nothing. Errors name `known`.
 * @throws TransportError DESTINATION_REFUSED, also for a link to nothing; TRANSPORT_FAILED
 */
export async function behindLinks(path: string, known: string = path): Promise<string | undefined> {
  const unlessMissing = (error: unknown): undefined => {
    if (errnoOf(error) !== "ENOENT") throw ioError(error, { side: "destination", path: known });
  };
  const real = await realpath(path).catch(unlessMissing);
  if (real !== undefined || (await lstat(path).catch(unlessMissing)) === undefined) return real;
  // That of a pipe leads to no path, and /dev/stdout must not be removed.
  if ((await descriptorOf(path)) !== undefined) throw refused(known, NO_FILE, STDOUT_HINT);
  throw refused(known, "it is a symbolic link to nothing", "remove the link, or name what it leads to");
}

/** The path to rename to: behind links, so that a link to a file stays one. */
async function finalPath(path: string, { force, source }: TargetOptions): Promise<string> {
  const final = await behindLinks(path);
  if (final === undefined) return path;
  const target = await guardIo({ side: "destination", path }, () => stat(final));
  if (target.isDirectory()) throw refused(path, "it is a folder", `write a file in it, or use oci:${path}`);
  if (!target.isFile()) throw refused(path, NO_FILE, STDOUT_HINT);
  if (source !== undefined && (await isSame(final, source))) {
    throw refused(path, "it is the source, which is never changed", "write another file, then move it");
  }
  if (!force) throw exists(path);
  return final;
}

const NO_FILE = "it is not a regular file";
const STDOUT_HINT = "use - to write to stdout";

async function isSame(path: string, source: string): Promise<boolean> {
  return realpath(source).then(
    (real) => real === path,
    () => false,
  );
}

/**
 * Gives the file its final name unless another file got that name in the meantime. On file systems without hard links
 * the check and the rename are two steps.
 */
async function appear(temporary: string, final: string): Promise<void> {
  try {
    await link(temporary, final);
    await rm(temporary);
  } catch (error) {
    const errno = errnoOf(error) ?? "";
    if (errno === "EEXIST") throw exists(final, error);
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(errno)) throw error;
    const there = await lstat(final).catch(() => undefined);
    if (there !== undefined) throw exists(final, error);
    await rename(temporary, final);
  }
}

function refused(path: string, why: string, hint: string): TransportError {
  return new TransportError("DESTINATION_REFUSED", `cannot write ${path}: ${why}`, {
    details: { path, hint },
  });
}
