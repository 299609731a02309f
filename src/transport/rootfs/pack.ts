import { readdir, stat } from "node:fs/promises";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { chunksOf } from "../../bytes/chunks-of.ts";
import { guardIo } from "../../bytes/io-error.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { readProgram } from "./program.ts";
import { checkGnuTar, gnuTar } from "./unpack.ts";

/** What {@link pack} needs to know besides the folder. */
export interface PackOptions {
  readonly signal: AbortSignal;
  notice(diagnostic: Diagnostic): void;
}

/**
 * The files of a folder as a tar, with numeric owners, devices, hard links, xattrs and times to the nanosecond. Made by
 * GNU tar, since Node cannot read xattrs. File systems mounted inside the folder are left out, so that a `proc` is not
 * read. Sockets, which a tar cannot hold, are left out with a diagnostic.
 * @throws TransportError TRANSPORT_FAILED for a file that may not be read, or that changed meanwhile
 */
export async function* pack(folder: string, { signal, notice }: PackOptions): ByteStream {
  const program = gnuTar(`read ${folder}`, signal);
  await checkGnuTar(program);
  let sockets = 0;
  const names = chunksOf(Buffer.concat((await topNames(folder)).flatMap((name) => [name, Buffer.from("\0")])));
  const warned = (line: string): void => {
    if (line.endsWith("socket ignored")) sockets += 1;
  };
  yield* readProgram({ ...program, warned, args: [...CREATE, "--directory", folder, ...NAMES_ON_STDIN] }, names);
  if (sockets > 0) {
    const message = `A tar cannot hold sockets: ${sockets} were left out`;
    notice({ rule: "rootfs-sockets-left-out", message, strict: false });
  }
}

/** The entries of the folder; or the folder itself, if its owner or mode differs from a root without an entry. */
async function topNames(folder: string): Promise<Buffer[]> {
  return guardIo({ side: "source", path: folder }, async () => {
    const { mode, uid, gid } = await stat(folder);
    if (mode % 0o10000 !== 0o755 || uid !== 0 || gid !== 0) return [Buffer.from(".")];
    const names = await readdir(folder, { encoding: "buffer" });
    return names.sort(Buffer.compare).map((name) => Buffer.concat([Buffer.from("./"), name]));
  });
}

/**
 * The names of pax headers contain no process ID, and the tar no times of access and change. SELinux labels belong to
 * the host, `trusted.overlay` to a mount.
 */
const CREATE = [
  "--create",
  "--file=-",
  "--format=posix",
  "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
  "--sort=name",
  "--numeric-owner",
  "--one-file-system",
  "--xattrs",
  "--xattrs-include=*",
  "--xattrs-exclude=security.selinux",
  "--xattrs-exclude=trusted.overlay.*",
];

const NAMES_ON_STDIN = ["--null", "--verbatim-files-from", "--files-from=-"];
