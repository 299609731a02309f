/**
 * Layers for tests, in a notation after containerd's tartest:
 * `layer(dir("etc"), file("etc/hosts", "…", { uid: 7 }), symlink("a", "b"), whiteout("etc/passwd"))`, then `.tar()`.
 * Names and contents are latin1, one char a byte; write `utf8("é")` for the UTF-8 bytes of a text.
 */
import { posix } from "node:path";
import { BLOCK, type BlockFields, headerBlock, join, latin1, padded } from "./tar-block.ts";
import {
  type Dialect,
  encodeGnuLong,
  encodeMember,
  encodePax,
  type MemberFields,
  type PaxRecord,
} from "./tar-dialect.ts";

export { latin1, utf8 } from "./tar-block.ts";
export type { Dialect, PaxRecord } from "./tar-dialect.ts";

/** 2023-11-14T22:13:20Z: the default time of members. */
export const MTIME = 1_700_000_000;

/** Options of a member. */
export interface MemberOptions {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds since 1970, rounded down. */
  readonly mtime?: number;
  readonly mtimeNanoseconds?: number;
  /** By name without `SCHILY.xattr.`. */
  readonly xattrs?: Readonly<Record<string, string>>;
  readonly uname?: string;
  readonly gname?: string;
  /** Additional pax records, after those that the fields need; duplicates are kept. */
  readonly pax?: readonly PaxRecord[];
  /** Overrides the layer's dialect. */
  readonly dialect?: Dialect;
  readonly typeflag?: string;
  /** The size in the header; it may be wrong. */
  readonly size?: number;
  /** Fields of the header block that override the dialect's. */
  readonly block?: Partial<BlockFields>;
}

/** One member, not yet in a dialect. */
export interface Member {
  /** Its bytes; with `pad: false` without the padding after the content. */
  encode(dialect: Dialect, pad?: boolean): Uint8Array;
}

export interface LayerOptions {
  /** `go` by default. */
  readonly dialect?: Dialect;
  /** Zero blocks after the last member; 2 by default. */
  readonly zeroBlocks?: number;
  /** Bytes after the zero blocks. */
  readonly after?: Uint8Array | string;
  /** Omits the padding of the last member's content. */
  readonly unpaddedEnd?: boolean;
}

/** A described layer; `tar` builds its bytes anew each time. */
export interface LayerFixture {
  readonly members: readonly Member[];
  tar(): Uint8Array;
}

/** A layer as Go's archive/tar writes it. */
export function layer(...members: Member[]): LayerFixture {
  return layerWith({}, ...members);
}

/** A layer with another dialect, end or tail. */
export function layerWith(options: LayerOptions, ...members: Member[]): LayerFixture {
  return {
    members,
    tar() {
      const dialect = options.dialect ?? "go";
      const after = typeof options.after === "string" ? latin1(options.after) : (options.after ?? new Uint8Array());
      const last = members.length - 1;
      const encoded = members.map((member, at) => member.encode(dialect, !(options.unpaddedEnd && at === last)));
      return join([...encoded, new Uint8Array(BLOCK * (options.zeroBlocks ?? 2)), after]);
    },
  };
}

/** A directory; its name is written with a slash at the end. */
export function dir(name: string, options: MemberOptions = {}): Member {
  return member({ typeflag: "5", name: name.endsWith("/") ? name : `${name}/`, mode: 0o755 }, options);
}

export function file(name: string, content: string | Uint8Array = "", options: MemberOptions = {}): Member {
  const bytes = typeof content === "string" ? latin1(content) : content;
  return member({ typeflag: "0", name, mode: 0o644, content: bytes }, options);
}

export function symlink(name: string, target: string, options: MemberOptions = {}): Member {
  return member({ typeflag: "2", name, linkname: target, mode: 0o777 }, options);
}

/**
 * Another name of `target`, which comes earlier in the layer. Its header repeats the inode's metadata, so give both the
 * same options.
 */
export function hardlink(name: string, target: string, options: MemberOptions = {}): Member {
  return member({ typeflag: "1", name, linkname: target, mode: 0o644 }, options);
}

export function char(name: string, major: number, minor: number, options: MemberOptions = {}): Member {
  return member({ typeflag: "3", name, major, minor, mode: 0o666 }, options);
}

export function block(name: string, major: number, minor: number, options: MemberOptions = {}): Member {
  return member({ typeflag: "4", name, major, minor, mode: 0o660 }, options);
}

export function fifo(name: string, options: MemberOptions = {}): Member {
  return member({ typeflag: "6", name, mode: 0o644 }, options);
}

/** Removes `path`: an empty file whose basename begins with `.wh.`. */
export function whiteout(path: string, options: MemberOptions = {}): Member {
  const slash = path.lastIndexOf("/") + 1;
  return file(`${path.slice(0, slash)}.wh.${path.slice(slash)}`, "", { mode: 0o600, ...options });
}

/** Hides everything that lower layers have in the directory `path`; "" is the root. */
export function opaque(path: string, options: MemberOptions = {}): Member {
  return file(posix.join(path, ".wh..wh..opq"), "", { mode: 0o600, ...options });
}

/** An `x` header for the member that follows, or with typeflag `g` a global one. */
export function pax(records: readonly PaxRecord[], block: Partial<BlockFields> = {}): Member {
  return { encode: () => encodePax(records, block) };
}

/** An `x` header with this body, well-formed or not. */
export function paxBody(body: string, block: Partial<BlockFields> = {}): Member {
  const bytes = latin1(body);
  return raw(
    join([headerBlock({ name: "PaxHeaders.0/x", typeflag: "x", size: bytes.length, ...block }), padded(bytes)]),
  );
}

/** GNU tar's `L` (name) or `K` (link target) for the member that follows; `end` is a NUL by default. */
export function gnuLong(typeflag: "L" | "K", text: string, end?: string): Member {
  return { encode: () => encodeGnuLong(typeflag, text, end) };
}

/** A member of any typeflag, its content as given. */
export function other(typeflag: string, name: string, content = "", options: MemberOptions = {}): Member {
  return member({ typeflag, name, mode: 0o644, content: latin1(content) }, options);
}

/** Raw bytes. */
export function raw(bytes: Uint8Array | string): Member {
  const copy = typeof bytes === "string" ? latin1(bytes) : bytes;
  return { encode: () => copy };
}

function member(base: Pick<MemberFields, "name" | "typeflag"> & Partial<MemberFields>, options: MemberOptions): Member {
  const { dialect, ...rest } = options;
  const fields: MemberFields = {
    linkname: "",
    mode: 0,
    uid: 0,
    gid: 0,
    mtime: MTIME,
    mtimeNanoseconds: 0,
    uname: "",
    gname: "",
    major: 0,
    minor: 0,
    xattrs: {},
    pax: [],
    block: {},
    content: new Uint8Array(),
    size: base.content?.length ?? 0,
    ...base,
    ...rest,
  };
  return { encode: (fallback, pad) => encodeMember(fields, dialect ?? fallback, pad) };
}
