import { posix } from "node:path";
import type { SeekableBytes } from "../../bytes/seekable-bytes.ts";
import { type SeekableFile, sliceOf } from "../../bytes/seekable-file.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { ImageInvalidError } from "../../errors.ts";
import { cleanPath } from "../../tar/path.ts";
import type { FileTree } from "../file-tree.ts";
import { type ArchiveMember, indexMembers, type MemberIndex } from "./member-index.ts";
import { openPlainTar } from "./plain-tar.ts";

/**
 * Opens a tar archive as a {@link FileTree}; `-` is stdin. Nothing is unpacked: a local plain tar is read in place; a
 * compressed one is decompressed to scratch once, and stdin is copied there.
 * @throws TransportError SOURCE_NOT_FOUND, TRANSPORT_FAILED, DISK_FULL; ImageInvalidError TAR_INVALID, PATH_UNSAFE,
 * GZIP_INVALID, ZSTD_INVALID, IMAGE_UNSUPPORTED
 * @throws LimitError LIMIT_EXCEEDED (entries, totalBytes, compressionRatio)
 */
export async function openArchive(path: string, context: Context): Promise<Archive> {
  const diagnostics: Diagnostic[] = [];
  const file = await openPlainTar(path, context, (diagnostic) => diagnostics.push(diagnostic));
  try {
    const index = await indexMembers(file, context);
    return new Archive({ name: path === "-" ? "stdin" : path, file, index, diagnostics });
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

/** What an {@link Archive} is created from. */
interface ArchiveInit {
  readonly name: string;
  readonly file: SeekableFile;
  readonly index: MemberIndex;
  readonly diagnostics: readonly Diagnostic[];
}

/** The members of a tar archive by name. */
export class Archive implements FileTree {
  readonly name: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly #file: SeekableFile;
  readonly #index: MemberIndex;
  readonly #found = new Map<string, Promise<SeekableBytes | undefined>>();
  readonly #compared = new Map<readonly ArchiveMember[], Promise<SeekableBytes>>();

  constructor(init: ArchiveInit) {
    this.name = init.name;
    this.diagnostics = init.diagnostics;
    this.#file = init.file;
    this.#index = init.index;
  }

  /** The cleaned names of all members, one character per byte. */
  names(): Iterable<string> {
    return this.#index.keys();
  }

  /**
   * Follows one level of links inside the archive, which Docker wrote for layers that occur twice. If a name occurs
   * twice, some readers take the first member and some the last, so the contents must be equal (R9.5).
   */
  file(path: string): Promise<SeekableBytes | undefined> {
    const found = this.#found.get(path) ?? this.#find(path);
    this.#found.set(path, found);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }

  async #find(path: string): Promise<SeekableBytes | undefined> {
    const name = cleanPath(latin1(path));
    const members = name === undefined ? undefined : this.#index.get(name);
    if (name === undefined || members === undefined) return undefined;
    let first: SeekableBytes | undefined;
    for (const meant of new Set(members.map((member) => this.#followed(name, member)))) {
      const content = await this.#contentOf(meant, name);
      first ??= content;
      if (!(await sameBytes(first, content))) throw twice(name);
    }
    return first;
  }

  /** What members of one name all hold; compared once, since any number of links may lead to that name. */
  #contentOf(members: readonly ArchiveMember[], name: string): Promise<SeekableBytes> {
    const compared = this.#compared.get(members) ?? this.#compare(members, name);
    this.#compared.set(members, compared);
    return compared;
  }

  async #compare([first, ...others]: readonly ArchiveMember[], name: string): Promise<SeekableBytes> {
    if (first === undefined) throw new Error("a name without a member");
    const content = this.#content(name, first);
    for (const other of others) if (!(await sameBytes(content, this.#content(name, other)))) throw twice(name);
    return content;
  }

  #content(name: string, member: ArchiveMember): SeekableBytes {
    if (member.type === "file") return sliceOf(this.#file, member.body);
    const link = member.type === "symlink" || member.type === "hardlink";
    const what = link ? "a link to another link" : "not a regular file";
    throw new ImageInvalidError(link ? "LINK_DANGLING" : "TAR_INVALID", `a member of the archive is ${what}`, {
      details: { entry: name, rule: "R9.5" },
    });
  }

  /** The member itself, or all members of the name that it links to. */
  #followed(name: string, member: ArchiveMember): readonly ArchiveMember[] {
    if (member.type !== "symlink" && member.type !== "hardlink") return [member];
    const base = member.type === "symlink" && !member.linkName.startsWith("/") ? posix.dirname(name) : "";
    const target = cleanPath(`${base}/${member.linkName}`);
    if (target === undefined) throw leadsOut(name);
    const found = this.#index.get(target);
    if (found === undefined) throw dangling(name, target);
    return found;
  }
}

/** Names in JSON are Unicode, names in archives are bytes. */
function latin1(path: string): string {
  return Buffer.from(path, "utf8").toString("latin1");
}

async function sameBytes(one: SeekableBytes, other: SeekableBytes): Promise<boolean> {
  if (one === other) return true;
  if (one.size !== other.size) return false;
  for (let start = 0; start < one.size; start += COMPARE_BYTES) {
    const range = { start, end: Math.min(start + COMPARE_BYTES, one.size) };
    const [a, b] = await Promise.all([one.read(range), other.read(range)]);
    if (Buffer.compare(a, b) !== 0) return false;
  }
  return true;
}

const COMPARE_BYTES = 256 * 1024;

function twice(name: string): ImageInvalidError {
  return new ImageInvalidError("TAR_INVALID", "the archive has a member twice, with different contents", {
    details: { entry: name, rule: "R9.5" },
  });
}

function leadsOut(name: string): ImageInvalidError {
  return new ImageInvalidError("PATH_UNSAFE", "a link in the archive leads out of it", {
    details: { entry: name, rule: "R9.5" },
  });
}

function dangling(name: string, target: string): ImageInvalidError {
  return new ImageInvalidError("LINK_DANGLING", "a link in the archive leads to nothing", {
    details: { entry: name, target, rule: "R9.5" },
  });
}
