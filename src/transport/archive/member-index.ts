import { ownText } from "../../bytes/own-text.ts";
import type { SeekableBytes } from "../../bytes/seekable-bytes.ts";
import type { Context } from "../../context.ts";
import { ImageInvalidError, LimitError } from "../../errors.ts";
import { BLOCK_SIZE, paddedSize } from "../../tar/block.ts";
import { type Extensions, extend, isExtension } from "../../tar/extensions.ts";
import { decodeHeader, type Header, type Refuse, sumBlock } from "../../tar/header.ts";
import { decodeMember, type Member } from "../../tar/member.ts";
import { cleanPath } from "../../tar/path.ts";
import { EXTENSION_LIMIT } from "../../tar/pax-records.ts";
import { sparseForm } from "../../tar/sparse.ts";

/** One member of an archive: where its content is, or what it links to. */
export type ArchiveMember = Pick<Member, "type" | "linkName" | "body">;

/** The members by cleaned name, one character per byte; those of one name in the order of the archive. */
export type MemberIndex = ReadonlyMap<string, readonly ArchiveMember[]>;

/**
 * Finds the members of a tar by reading only its headers.
 * @throws ImageInvalidError TAR_INVALID, PATH_UNSAFE for a name that leads out of the archive; LimitError
 * LIMIT_EXCEEDED (entries, pathBytes)
 */
export async function indexMembers(bytes: SeekableBytes, context: Context): Promise<MemberIndex> {
  const index = new Map<string, ArchiveMember[]>();
  let count = 0;
  for await (const member of members(bytes, context)) {
    count += 1;
    if (count > context.limits.entries) throw new LimitError("entries", context.limits.entries, count);
    const path = cleanPath(member.name);
    if (path === undefined) throw unsafe(member.name);
    const { type, body } = member;
    const found = { type, linkName: keptName(member.linkName, context), body };
    const same = index.get(path);
    if (same === undefined) index.set(keptName(path, context), [found]);
    else same.push(found);
  }
  return index;
}

/** Names stay in memory. Each may come with a pax header of 1 MiB, of which it is a slice. */
function keptName(name: string, { limits: { pathBytes } }: Context): string {
  if (name.length > pathBytes) throw new LimitError("pathBytes", pathBytes, name.length);
  return ownText(name);
}

/** Seeks instead of streaming: there may be gigabytes between two headers. */
async function* members(bytes: SeekableBytes, { signal }: Context): AsyncGenerator<Member> {
  const blocks = new BlockReader(bytes);
  let offset = 0;
  let extensions: Extensions | undefined;
  const refuse: Refuse = (message, rule) => {
    const problem =
      offset === 0
        ? `this is not an image archive: it has ${message}`
        : `the archive has ${message}, at byte ${offset}`;
    throw new ImageInvalidError("TAR_INVALID", problem, { details: { offset, rule } });
  };
  while (offset < bytes.size) {
    signal.throwIfAborted();
    const block = await blocks.read(offset, BLOCK_SIZE, refuse);
    const sum = sumBlock(block);
    if (sum === 0) return endAt(await blocks.readUpTo(offset + BLOCK_SIZE, BLOCK_SIZE), refuse);
    const header = decodeHeader(block, sum, refuse);
    if (isExtension(header.typeflag)) {
      const body = await readExtension({ blocks, header, offset }, refuse);
      extensions = extend(extensions, { header, offset, body }, refuse);
      offset += BLOCK_SIZE + paddedSize(header.size);
      continue;
    }
    const member = decodeMember({ header, extensions, offset }, refuse);
    if (member.body.end > bytes.size) refuse("an entry that is cut short", "R1.10");
    // The stored bytes of a sparse member are not its content; no tool that saves images writes one.
    const sparse = extensions?.pax !== undefined && sparseForm(extensions.pax) !== undefined;
    yield sparse ? { ...member, type: "other" } : member;
    extensions = undefined;
    offset = member.span.end;
  }
}

interface ExtensionAt {
  readonly blocks: BlockReader;
  readonly header: Header;
  readonly offset: number;
}

function readExtension({ blocks, header, offset }: ExtensionAt, refuse: Refuse): Promise<Buffer> {
  if (header.size < 0) refuse("a negative size", "R1.2");
  if (header.size > EXTENSION_LIMIT) refuse("an extension header of more than 1 MiB", "R1.3");
  return blocks.read(offset + BLOCK_SIZE, paddedSize(header.size), refuse);
}

/** A single zero block is valid only as the last block of a tar (R1.10). */
function endAt(next: Buffer, refuse: Refuse): void {
  if (next.length === BLOCK_SIZE && sumBlock(next) !== 0) refuse("a single zero block in its middle", "R1.10");
}

const WINDOW_BYTES = 32 * 1024;

/** Reads ahead a little, since the headers of small members are close together. */
class BlockReader {
  readonly #bytes: SeekableBytes;
  #start = 0;
  #window: Buffer = Buffer.alloc(0);

  constructor(bytes: SeekableBytes) {
    this.#bytes = bytes;
  }

  async read(offset: number, length: number, refuse: Refuse): Promise<Buffer> {
    const read = await this.readUpTo(offset, length);
    return read.length === length ? read : refuse("an entry that is cut short", "R1.10");
  }

  /** As much as there is before the end of the archive. */
  async readUpTo(offset: number, length: number): Promise<Buffer> {
    const end = Math.min(offset + length, this.#bytes.size);
    if (offset >= end) return Buffer.alloc(0);
    if (offset < this.#start || end > this.#start + this.#window.length) {
      const windowEnd = Math.min(Math.max(end, offset + WINDOW_BYTES), this.#bytes.size);
      const window = await this.#bytes.read({ start: offset, end: windowEnd });
      this.#window = Buffer.from(window.buffer, window.byteOffset, window.length);
      this.#start = offset;
    }
    return this.#window.subarray(offset - this.#start, end - this.#start);
  }
}

function unsafe(name: string): ImageInvalidError {
  return new ImageInvalidError("PATH_UNSAFE", "the archive has a member whose name leads out of it", {
    details: { entry: name, rule: "R2.2" },
  });
}
