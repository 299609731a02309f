const BLOCK = 512;

/** Fields of a header; the others are as builders write them. */
export interface Member {
  readonly path: string;
  readonly type: "file" | "directory" | "link";
  readonly size: number;
  readonly linkPath?: string;
  /** Seconds. */
  readonly mtime: number;
}

const TYPEFLAGS = { file: "0", link: "1", directory: "5" };

/** The ustar header of a member, whose path fits a hundred bytes. */
export function tarHeader(member: Member): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(member.path, 0, 100, "latin1");
  header.write(member.type === "directory" ? "0000755\0" : "0000644\0", 100, "latin1");
  header.write("0000000\0", 108, "latin1");
  header.write("0000000\0", 116, "latin1");
  header.write(`${octal(member.size, 11)}\0`, 124, "latin1");
  header.write(`${octal(member.mtime, 11)}\0`, 136, "latin1");
  header.write("        ", 148, "latin1");
  header.write(TYPEFLAGS[member.type], 156, "latin1");
  header.write(member.linkPath ?? "", 157, 100, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  header.write("0000000\x000000000\0", 329, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148, "latin1");
  return header;
}

/** The padding after content of `size` bytes. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** The end of an archive. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
