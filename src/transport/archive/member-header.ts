import { sumBlock } from "../../tar/header.ts";
import { encodeHeader } from "../../tar/header-encode.ts";
import { LAYOUT } from "../../tar/header-layout.ts";
import { cleanPath, ROOT_PATH } from "../../tar/path.ts";
import { MAX_OCTAL_12 } from "../../tar/pax-records.ts";

/**
 * The header of an archive's member: one block, or several if the path does not fit into one, such as that of a blob
 * with a sha512 digest. A path that ends in a slash is a directory. Owner 0:0 and time 0, so that equal images give
 * equal archives. A size too large for the octal field is written in base-256, which all readers accept: unlike a pax
 * header it takes no extra block, so that room for the header can be reserved before the size is known.
 */
export function memberHeader(path: string, size: number): Uint8Array {
  const directory = path.endsWith("/");
  const block = encodeHeader({
    type: directory ? "directory" : "file",
    path: cleanPath(path) ?? ROOT_PATH,
    size: size > MAX_OCTAL_12 ? 0 : size,
    major: 0,
    minor: 0,
    meta: { mode: directory ? 0o755 : 0o644, uid: 0, gid: 0, mtimeSeconds: 0, mtimeNanoseconds: 0, xattrs: [] },
  });
  return size > MAX_OCTAL_12 ? withLargeSize(block, size) : block;
}

function withLargeSize(block: Uint8Array, size: number): Uint8Array {
  const [offset, width] = LAYOUT.size;
  let rest = size;
  for (let at = offset + width - 1; at > offset; at -= 1) {
    block[at] = rest % 0x100;
    rest = Math.floor(rest / 0x100);
  }
  block[offset] = 0x80;
  const [sumOffset, sumWidth] = LAYOUT.checksum;
  block.fill(0x20, sumOffset, sumOffset + sumWidth);
  const sum = sumBlock(block).toString(8).padStart(6, "0");
  block.set(Buffer.from(`${sum}\0 `, "latin1"), sumOffset);
  return block;
}
