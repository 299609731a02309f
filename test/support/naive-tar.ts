/**
 * A slow and obvious reader of tars that are known to be well-formed: ustar, pax and GNU long names, no sparse files.
 * Written independently of `src/tar`, as a second opinion.
 */

/** One member; texts have one char per byte, `name` and `linkname` are not cleaned. */
export interface NaiveMember {
  readonly name: string;
  readonly typeflag: string;
  readonly linkname: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** In seconds, as in pax, without trailing zeros. */
  readonly mtime: string;
  readonly xattrs: Readonly<Record<string, string>>;
  readonly major: number;
  readonly minor: number;
  readonly content: string;
}

/** Reads all members up to the end of the tar. */
export function readNaively(tar: Uint8Array): NaiveMember[] {
  const text = Buffer.from(tar).toString("latin1");
  const members: NaiveMember[] = [];
  let records = new Map<string, string>();
  for (let at = 0; at + 512 <= text.length; ) {
    const header = text.slice(at, at + 512);
    if (header === "\0".repeat(512)) break;
    const typeflag = header.charAt(156);
    const size = hasContent(typeflag) ? Number(records.get("size") ?? number(header, 124, 12)) : 0;
    const content = text.slice(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
    if (typeflag === "x") records = paxRecords(content);
    else if (typeflag === "L") records.set("path", until0(content));
    else if (typeflag === "K") records.set("linkpath", until0(content));
    else if (typeflag !== "g") members.push(member(header, content, records));
    if (!"xLK".includes(typeflag)) records = new Map();
  }
  return members;
}

function member(header: string, content: string, records: ReadonlyMap<string, string>): NaiveMember {
  const ustar = header.slice(257, 263) === "ustar\0";
  const prefix = ustar ? until0(header.slice(345, 500)) : "";
  const name = until0(header.slice(0, 100));
  const xattrs = [...records].filter(([key]) => key.startsWith("SCHILY.xattr."));
  return {
    name: records.get("path") ?? (prefix === "" ? name : `${prefix}/${name}`),
    typeflag: header.charAt(156),
    linkname: records.get("linkpath") ?? until0(header.slice(157, 257)),
    mode: number(header, 100, 8) % 0o10000,
    uid: Number(records.get("uid") ?? number(header, 108, 8)),
    gid: Number(records.get("gid") ?? number(header, 116, 8)),
    mtime: plainTime(records.get("mtime") ?? String(number(header, 136, 12))),
    xattrs: Object.fromEntries(xattrs.map(([key, value]) => [key.slice("SCHILY.xattr.".length), value])),
    major: number(header, 329, 8),
    minor: number(header, 337, 8),
    content,
  };
}

function hasContent(typeflag: string): boolean {
  return !"123456".includes(typeflag);
}

function until0(text: string): string {
  return text.split("\0", 1).join("");
}

function plainTime(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function number(header: string, offset: number, width: number): number {
  const field = header.slice(offset, offset + width);
  if (field.charCodeAt(0) < 0x80) return Number.parseInt(field.replace(/[\0 ]/g, "") || "0", 8);
  const hex = Buffer.from(field, "latin1").toString("hex");
  return Number(BigInt.asIntN(width * 8 - 1, BigInt(`0x${hex}`)));
}

function paxRecords(body: string): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const length = Number.parseInt(body.slice(at), 10);
    const record = body.slice(body.indexOf(" ", at) + 1, at + length - 1);
    records.set(record.slice(0, record.indexOf("=")), record.slice(record.indexOf("=") + 1));
    at += length;
  }
  return records;
}
