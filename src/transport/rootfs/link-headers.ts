import type { ByteRange, ByteStream } from "../../bytes/byte-stream.ts";
import type { SeekableBytes } from "../../bytes/seekable-bytes.ts";
import type { EntryMeta, EntryPath } from "../../tar/entry.ts";
import { encodeHeader } from "../../tar/header-encode.ts";
import { cleanPath } from "../../tar/path.ts";
import { TarReader } from "../../tar/tar-reader.ts";

/** A header that replaces a range of bytes. */
interface Replacement {
  readonly span: ByteRange;
  readonly header: Uint8Array;
}

/**
 * The same tar with a file's extended attributes at each of its names. GNU tar writes them only at the first name, and
 * engines remove a capability from a file if a further name comes without it (R5.3). Undefined if nothing has to be
 * changed. Reads the tar once before it returns.
 */
export async function withLinkXattrs(tar: SeekableBytes): Promise<ByteStream | undefined> {
  const files = new Map<string, EntryMeta>();
  const replacements: Replacement[] = [];
  const reader = new TarReader({
    onMember({ type, name, linkName, meta, span }) {
      const path = cleanPath(name, true);
      if (path === undefined || type === "directory") return;
      if (type !== "hardlink") {
        if (meta.xattrs.length > 0) files.set(path, meta);
        return;
      }
      const linkPath = cleanPath(linkName, true);
      const first = files.get(linkPath ?? "");
      if (first !== undefined) replacements.push({ span, header: linkHeader(path, linkPath, first) });
    },
  });
  for await (const chunk of tar.stream()) reader.push(chunk);
  reader.end();
  return replacements.length === 0 ? undefined : replaced(tar, replacements);
}

function linkHeader(path: EntryPath, linkPath: EntryPath | undefined, meta: EntryMeta): Uint8Array {
  return encodeHeader({ type: "hardlink", path, linkPath, size: 0, major: 0, minor: 0, meta });
}

async function* replaced(tar: SeekableBytes, replacements: readonly Replacement[]): ByteStream {
  let at = 0;
  for (const { span, header } of replacements) {
    if (span.start > at) yield* tar.stream({ start: at, end: span.start });
    yield header;
    at = span.end;
  }
  yield* tar.stream({ start: at, end: tar.size });
}
