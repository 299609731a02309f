import type { HeaderFields, HeaderType } from "../../src/tar/header-encode.ts";
import type { MemberFields } from "./tar-dialect.ts";

const TYPEFLAGS: Readonly<Record<HeaderType, string>> = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  char: "3",
  block: "4",
  directory: "5",
  fifo: "6",
};

/** A fixture with the given header fields; its content is empty, whatever the size. */
export function memberFields(fields: HeaderFields): MemberFields {
  const { mtimeSeconds, xattrs, ...meta } = fields.meta;
  return {
    ...meta,
    name: fields.type === "directory" ? `${fields.path}/` : fields.path,
    typeflag: TYPEFLAGS[fields.type],
    linkname: fields.linkPath ?? "",
    mtime: mtimeSeconds,
    xattrs: Object.fromEntries(xattrs.map(({ name, value }) => [name, value])),
    uname: "",
    gname: "",
    major: fields.major,
    minor: fields.minor,
    pax: [],
    content: new Uint8Array(),
    size: fields.size,
    block: {},
  };
}
