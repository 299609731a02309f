import { lstat, open } from "node:fs/promises";
import { guardIo } from "../../bytes/io-error.ts";
import type { Scratch } from "../../bytes/scratch.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { TransportError } from "../../errors.ts";
import { childrenOf } from "./children.ts";
import { settleTimes } from "./ext4-times.ts";
import { type Program, runProgram } from "./program.ts";

/** The kind of a filesystem image. */
export type FilesystemForm = "squashfs" | "erofs" | "ext4";

/** What {@link makeFilesystem} needs to know. */
export interface FilesystemOptions {
  readonly form: FilesystemForm;
  /** The unpacked root filesystem. */
  readonly folder: string;
  /** The file to create, and its name in messages. */
  readonly file: string;
  readonly known: string;
  /** 32 hexadecimal digits, equal for equal content: the filesystem's identifier. */
  readonly id: string;
  /** Time of creation to be written into the filesystem, in seconds since 1970; the real one appears nowhere. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly scratch: Scratch;
}

/**
 * Makes a filesystem image of a folder with the tool of its kind: mksquashfs, mkfs.erofs or mke2fs. Equal folders,
 * identifiers and times give equal bytes with the same version of the tool. The diagnostics say what the filesystem
 * cannot hold.
 * @throws TransportError TRANSPORT_FAILED, also if the tool is not installed; DISK_FULL
 */
export async function makeFilesystem(options: FilesystemOptions): Promise<readonly Diagnostic[]> {
  const { form, file, known, scratch, signal } = options;
  const size = form === "squashfs" ? EMPTY : await measure(options.folder, signal);
  const seconds = Math.min(Math.max(options.seconds, EARLIEST), LATEST);
  const tool = { ...TOOLS[form]({ ...options, seconds }, size), task: `make ${known}`, signal };
  await runProgram(tool);
  if (form === "ext4") await settleTimes({ file, seconds, program: tool, scratch });
  if ((await syncedSize(file, known)) === 0)
    throw new TransportError("TRANSPORT_FAILED", `cannot make ${known}: it came out empty`);
  return TRUNCATED.has(form)
    ? [{ rule: "rootfs-times-truncated", message: `${form} is written with times in whole seconds`, strict: false }]
    : [];
}

/** Waits until the file has reached the device, as for a tar, before it is renamed. Returns its size. */
async function syncedSize(file: string, known: string): Promise<number> {
  return await guardIo({ side: "destination", path: known }, async () => {
    await using handle = await open(file, "r");
    await handle.datasync();
    return (await handle.stat()).size;
  });
}

/**
 * @throws TransportError DESTINATION_REFUSED unless the user is root: the unpacked folder would lack owners and devices
 */
export function requireRoot(form: FilesystemForm): void {
  if (process.geteuid?.() === 0) return;
  throw new TransportError("DESTINATION_REFUSED", `only root can make a filesystem image, here of ${form}`, {
    details: { hint: "run it as root or under fakeroot, or export a .tar, which keeps owners and devices" },
  });
}

/** The times that all three tools accept: mke2fs ignores 0, and squashfs has 32 bits. */
const EARLIEST = 1;
const LATEST = 0xffff_ffff;

type Tool = Pick<Program, "name" | "args" | "from" | "env">;

const TOOLS: Readonly<Record<FilesystemForm, (options: FilesystemOptions, size: TreeSize) => Tool>> = {
  squashfs: ({ folder, file, seconds }) => ({
    name: "mksquashfs",
    args: [
      ...[folder, file, "-noappend", "-no-progress", "-quiet", "-xattrs", "-comp", "zstd"],
      ...["-mkfs-time", String(seconds)],
    ],
    from: "squashfs-tools",
  }),
  // It has no option for only this time, and sets the times of files younger than the variable to it.
  erofs: ({ folder, file, id, seconds }, { youngest }) => ({
    name: "mkfs.erofs",
    env: { SOURCE_DATE_EPOCH: String(Math.max(seconds, youngest)) },
    args: ["--quiet", "-zlz4hc", `-U${uuid(id)}`, file, folder],
    from: "erofs-utils",
  }),
  ext4: ({ folder, file, id, seconds }, { bytes, entries }) => ({
    name: "mke2fs",
    env: { E2FSPROGS_FAKE_TIME: String(seconds) },
    args: [
      ...["-q", "-F", "-t", "ext4", "-m", "0", "-L", "rootfs", "-U", uuid(id), "-E", `hash_seed=${uuid(id)}`],
      ...[
        "-N",
        String(entries + SPARE_INODES),
        "-d",
        folder,
        file,
        `${Math.ceil(ext4Bytes({ bytes, entries }) / 1024)}k`,
      ],
    ],
    from: "e2fsprogs",
  }),
};

const TRUNCATED: ReadonlySet<FilesystemForm> = new Set(["squashfs", "ext4"]);
const SPARE_INODES = 1024;
const MIB = 1024 * 1024;

/**
 * Blocks and inodes, an eighth more for block maps, a journal, and some free space; resize2fs can add more.
 */
function ext4Bytes({ bytes, entries }: Omit<TreeSize, "youngest">): number {
  return (bytes + entries * 512) * 1.125 + 96 * MIB;
}

/** In the form of RFC 9562: version 8, custom. */
function uuid(id: string): string {
  const digits = `${id.slice(0, 12)}8${id.slice(13, 16)}8${id.slice(17, 32)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

interface TreeSize {
  /** In blocks of 4 KiB, hard links once. */
  readonly bytes: number;
  readonly entries: number;
  /** The latest time of modification, in seconds since 1970, rounded up. */
  readonly youngest: number;
}

const EMPTY: TreeSize = { bytes: 0, entries: 0, youngest: 0 };
const BLOCK = 4096;

async function measure(folder: string, signal: AbortSignal): Promise<TreeSize> {
  const seen = new Set<bigint>();
  const total = { bytes: 0, entries: 0, youngest: 0 };
  const pending: Buffer[] = [Buffer.from(folder)];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    signal.throwIfAborted();
    const found = await lstat(path, { bigint: true });
    if (seen.has(found.ino)) continue;
    seen.add(found.ino);
    total.entries += 1;
    total.youngest = Math.max(total.youngest, Math.ceil(Number(found.mtimeNs) / 1e9));
    total.bytes += Math.ceil(Number(found.size) / BLOCK) * BLOCK;
    if (found.isDirectory()) for (const child of await childrenOf(path)) pending.push(child);
  }
  return total;
}
