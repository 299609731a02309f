import { type TransportCode, TransportError } from "../errors.ts";

/** What a file system call was for, since the same errno needs a different reaction of the operator for each. */
export interface IoPlace {
  /** `scratch`: a temporary file of this run; `cache`: the folder that several runs share; `port`: one to listen on. */
  readonly side: "source" | "destination" | "scratch" | "cache" | "port";
  readonly path: string;
}

/** Runs file system calls and converts their failures with {@link ioError}. */
export async function guardIo<T>(place: IoPlace, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw ioError(error, place);
  }
}

/**
 * The error to throw for a failed file system call: TransportError DISK_FULL, SOURCE_NOT_FOUND, DESTINATION_REFUSED or
 * TRANSPORT_FAILED. Anything that is no system error (one of planish's own errors, an abort reason) is returned
 * unchanged.
 */
export function ioError(error: unknown, place: IoPlace): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  return new TransportError(transportCode(errno, place.side), `${describe(place)}: ${explain(errno)}`, {
    cause: error,
    details: { path: place.path, errno, ...hint(errno, place.side) },
  });
}

/**
 * The errno name (`ENOENT`) of an error that a system call threw; undefined for any other value. Node's own errors are
 * no instances of the `Error` that a host has in a context of its own (`node:vm`), as each test file has with Jest.
 */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error) || !("syscall" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function transportCode(errno: string, side: IoPlace["side"]): TransportCode {
  if (errno === "ENOSPC" || errno === "EDQUOT") return "DISK_FULL";
  if (side === "source") return NOT_FOUND.has(errno) ? "SOURCE_NOT_FOUND" : "TRANSPORT_FAILED";
  if (side === "destination") return REFUSED.has(errno) ? "DESTINATION_REFUSED" : "TRANSPORT_FAILED";
  return "TRANSPORT_FAILED";
}

const NOT_FOUND: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR"]);
const REFUSED: ReadonlySet<string> = new Set([
  "EACCES",
  "EEXIST",
  "EFBIG",
  "EINVAL",
  "EISDIR",
  "ELOOP",
  "ENAMETOOLONG",
  "ENOENT",
  "ENOTDIR",
  "ENOTEMPTY",
  "EPERM",
  "EROFS",
  "ETXTBSY",
  "EXDEV",
]);

const EXPLANATIONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EADDRINUSE: "another program uses it",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file system cannot hold a file of this size",
  EIO: "the device reports an input/output error",
  EISDIR: "it is a folder",
  ELOOP: "too many symbolic links",
  EMFILE: "too many open files",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "no such file or folder",
  ENOSPC: "no space left on the device",
  ENOTDIR: "a part of the path is not a folder",
  EPERM: "operation not permitted",
  EPIPE: "the reader at the other end has gone",
  EROFS: "the file system is read-only",
};

function explain(errno: string): string {
  return EXPLANATIONS[errno] ?? `the system answered ${errno}`;
}

function describe(place: IoPlace): string {
  if (place.side === "source") return `cannot read ${place.path}`;
  if (place.side === "cache") return `cannot use the cache ${place.path}`;
  if (place.side === "port") return `cannot listen on ${place.path}`;
  return place.side === "destination" ? `cannot write ${place.path}` : `cannot use ${place.path} for temporary files`;
}

function hint(errno: string, side: IoPlace["side"]): { hint?: string } {
  if (errno === "EMFILE") return { hint: "allow more open files, with ulimit -n" };
  if (side === "scratch") return { hint: "choose another place for temporary files with --scratch or TMPDIR" };
  if (side === "cache") return { hint: "choose another folder with --cache" };
  if (side === "port") return { hint: "choose another with --port, or leave it out for a free one" };
  if (errno === "ENOENT" && side === "destination") return { hint: "create the folder that should hold it first" };
  return {};
}
