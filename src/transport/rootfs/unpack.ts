import { chmod, lstat, rm } from "node:fs/promises";
import type { ByteRange, ByteStream } from "../../bytes/byte-stream.ts";
import { errnoOf } from "../../bytes/io-error.ts";
import { spool } from "../../bytes/spool.ts";
import { withoutRanges } from "../../bytes/without-ranges.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { TransportError } from "../../errors.ts";
import { observed } from "../../tar/observed.ts";
import { cleanPath } from "../../tar/path.ts";
import { childrenOf } from "./children.ts";
import { type Program, runProgram } from "./program.ts";

/** What {@link unpack} needs to know. */
export interface UnpackOptions {
  /** An empty folder that planish created. */
  readonly folder: string;
  /** Its name in messages. */
  readonly known: string;
  readonly context: Pick<Context, "signal" | "scratch">;
}

/**
 * Unpacks the tar of a flat layer into a folder, with GNU tar: Node cannot create device files, or set xattrs and times
 * to the nanosecond. A flat layer is a tree (every path once, each after its folder, no link as a part of a path), so
 * nothing in it can lead out of the folder; GNU tar would refuse that as well. A user who is not root gets files of
 * their own, without devices and without the attributes that only root may set; the diagnostics say what was lost.
 * @throws TransportError TRANSPORT_FAILED, DISK_FULL
 */
export async function unpack(tar: ByteStream, options: UnpackOptions): Promise<readonly Diagnostic[]> {
  const { folder, known, context } = options;
  const program = gnuTar(`unpack ${known}`, context.signal);
  await checkGnuTar(program);
  let refused = 0;
  // If the file system does not accept xattrs, GNU tar continues with a warning.
  const warned = (line: string): void => {
    if (/attribute|acl/i.test(line)) refused += 1;
  };
  if (process.geteuid?.() === 0) {
    await runProgram({ ...program, warned, args: [...EXTRACT, ...AS_ROOT, folder] }, tar);
    return unset(refused);
  }
  const { allowed, diagnostics } = await allowedToUsers(tar, context);
  await runProgram({ ...program, warned, args: [...EXTRACT, ...AS_USER, folder] }, allowed);
  return [...diagnostics, ...unset(refused)];
}

/** Removes an unpacked folder, including folders that their owner may not enter. */
export async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    if (errnoOf(error) !== "EACCES" && errnoOf(error) !== "EPERM") throw error;
    await openFolders(Buffer.from(folder));
    await rm(folder, { recursive: true, force: true });
  }
}

/** GNU tar; with these `args` it prints its version, for {@link checkGnuTar}. */
export function gnuTar(task: string, signal: AbortSignal): Program {
  return { name: "tar", args: ["--version"], from: "GNU tar (the package tar)", task, signal };
}

/** @throws TransportError TRANSPORT_FAILED if `tar` is not GNU's: others do not support xattrs in tars */
export async function checkGnuTar(program: Program): Promise<void> {
  const version = await runProgram(program);
  if (version.includes("GNU tar")) return;
  throw new TransportError("TRANSPORT_FAILED", `cannot ${program.task}: the program tar here is not GNU tar`, {
    details: { hint: "install GNU tar, or use a tar file: rootfs:PATH.tar" },
  });
}

const EXTRACT = [
  "--extract",
  "--file=-",
  "--numeric-owner",
  "--preserve-permissions",
  "--delay-directory-restore",
  "--xattrs",
  "--warning=no-timestamp",
  "--warning=no-unknown-keyword",
];
const AS_ROOT = ["--same-owner", "--xattrs-include=*", "--directory"];
const AS_USER = ["--no-same-owner", "--xattrs-include=user.*", "--directory"];

function unset(lost: number): Diagnostic[] {
  return lost === 0 ? [] : [told("rootfs-xattrs-lost", `The filesystem did not accept ${lost} extended attributes`)];
}

interface Allowed {
  readonly allowed: ByteStream;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The tar without device files, which only root can create, and without hard links to them. It is kept in scratch,
 * since their positions must be known before it is unpacked.
 */
async function allowedToUsers(tar: ByteStream, context: UnpackOptions["context"]): Promise<Allowed> {
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
  const devices: ByteRange[] = [];
  const names = new Set<string | undefined>();
  const lost = { owners: 0, xattrs: 0 };
  const watched = observed(tar, ({ type, name, linkName, span, meta }) => {
    const isLink = type === "hardlink" && names.has(cleanPath(linkName));
    if (type === "char" || type === "block" || isLink) {
      devices.push(span);
      names.add(cleanPath(name));
    }
    if (meta.uid !== uid || meta.gid !== gid) lost.owners += 1;
    lost.xattrs += meta.xattrs.filter(({ name }) => !name.startsWith("user.")).length;
  });
  const file = await spool(watched, await context.scratch.path("rootfs.tar"), context.signal);
  context.scratch.own(file);
  return { allowed: withoutRanges(file, devices), diagnostics: losses({ ...lost, devices: devices.length }) };
}

interface Losses {
  readonly owners: number;
  readonly xattrs: number;
  readonly devices: number;
}

function losses({ owners, xattrs, devices }: Losses): Diagnostic[] {
  const found: readonly (readonly [number, string, string])[] = [
    [
      owners,
      "rootfs-owners-lost",
      `Only root can set owners: ${owners} of other users are now yours; a tar keeps the owners`,
    ],
    [devices, "rootfs-devices-lost", `Only root can make device files: ${devices} were left out`],
    [xattrs, "rootfs-xattrs-lost", `Only root can set ${xattrs} of the extended attributes, such as file capabilities`],
  ];
  return found.filter(([count]) => count > 0).map(([, rule, message]) => told(rule, message));
}

function told(rule: string, message: string): Diagnostic {
  return { rule, message, strict: false };
}

async function openFolders(folder: Buffer): Promise<void> {
  await chmod(folder, 0o700);
  for (const path of await childrenOf(folder)) {
    if ((await lstat(path)).isDirectory()) await openFolders(path);
  }
}
