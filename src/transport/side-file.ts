import { fstat as fstatCallback, type Stats } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { descriptorOf } from "../bytes/descriptor-of.ts";
import { guardIo } from "../bytes/io-error.ts";
import { type SpecialFile, writeSpecial } from "../bytes/write-special.ts";
import { TransportError, UsageError } from "../errors.ts";
import { describe } from "../oci/json.ts";
import { fileTarget, type Target } from "./archive/target.ts";
import { type Apart, assertApart } from "./assert-apart.ts";

/**
 * A small file about a result: its digest, its config. Nothing is visible before `publish`, and nothing remains without
 * it.
 */
export interface SideFile extends AsyncDisposable {
  /** Takes the whole content of the file. */
  write(bytes: Uint8Array): Promise<void>;
  publish(): Promise<void>;
}

/** What {@link openSideFile} needs to know besides the path. */
export interface SideFileOptions extends Apart {
  /** Replaces an existing file. */
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/**
 * Checks whether a side file may be written to `path`, before any work is done. A regular file appears complete, and
 * links to it stay links; a pipe, a terminal or another character device is written directly, and `-`, `/dev/stdout`
 * and `/dev/fd/N` mean the open descriptors of this process.
 * @throws UsageError ARGUMENT_INVALID, DESTINATION_EXISTS; TransportError DESTINATION_REFUSED for a folder, a disk, a
 * socket
 */
export async function openSideFile(path: string, options: SideFileOptions): Promise<SideFile> {
  checkGiven(path, options);
  await assertApart(path, options);
  const { force, signal } = options;
  const special = await specialFile(path);
  if (special !== undefined) return specialSideFile(special, path, signal);
  return regularSideFile(await fileTarget(path, { force }), signal);
}

/** Callers from JavaScript may pass anything, and scripts an empty variable. */
function checkGiven(path: unknown, options: Partial<SideFileOptions> | null | undefined): void {
  const { option, sources, destinations, signal } = options ?? {};
  if (typeof option !== "string" || ![sources, destinations].every(Array.isArray) || !(signal instanceof AbortSignal)) {
    throw new UsageError(
      "ARGUMENT_INVALID",
      "the options of a side file need option, sources, destinations and signal",
    );
  }
  if (typeof path === "string" && path !== "" && !path.includes("\0")) return;
  throw new UsageError("ARGUMENT_INVALID", `${option}: expected a path, found ${describe(path)}`);
}

function regularSideFile(target: Target, signal: AbortSignal): SideFile {
  return {
    async write(bytes) {
      await using file = await target.create(signal);
      await file.append(bytes);
      await file.sync();
    },
    publish: () => target.publish(),
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  };
}

function specialSideFile(file: SpecialFile, known: string, signal: AbortSignal): SideFile {
  let content: Uint8Array = new Uint8Array(0);
  return {
    async write(bytes) {
      content = bytes;
    },
    publish: () => writeSpecial(file, content, { known, signal }),
    async [Symbol.asyncDispose]() {},
  };
}

/**
 * Undefined for a regular file, for a path that does not exist, and for a folder, which is refused as for an archive.
 */
async function specialFile(path: string): Promise<SpecialFile | undefined> {
  const descriptor = path === "-" ? 1 : await descriptorOf(path);
  const place = { side: "destination", path } as const;
  if (descriptor !== undefined) {
    refuseUnfit(path, await guardIo(place, () => promisify(fstatCallback)(descriptor)));
    return { descriptor };
  }
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile() || found.isDirectory()) return undefined;
  refuseUnfit(path, found);
  if (found.isSocket()) throw refused(path, "it is a socket");
  await guardIo(place, () => access(path, constants.W_OK));
  return { path };
}

/** A few bytes at the start of a disk would destroy its content. */
function refuseUnfit(path: string, found: Stats): void {
  if (found.isDirectory()) throw refused(path, "it is a folder");
  if (found.isBlockDevice()) throw refused(path, "it is a block device");
}

function refused(path: string, why: string): TransportError {
  return new TransportError("DESTINATION_REFUSED", `cannot write ${path}: ${why}`, { details: { path } });
}
