import type { EntryMeta, Xattr } from "../../tar/entry.ts";
import { timeText } from "../../verify/differences.ts";
import type { ViewedEntry, ViewedType } from "./file-view.ts";

/**
 * What is at a path of an image, or of one of its layers: plain data; paths, targets and values of xattrs have one
 * character per byte (latin1).
 */
export interface FileEntry {
  /** "" is the root. */
  readonly path: string;
  /** `whiteout` and `opaque` occur only if a single layer is read. */
  readonly type: Exclude<ViewedType, "hardlink">;
  /** Four octal digits: setuid, setgid, sticky and permissions. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** RFC 3339 with nine decimal places. */
  readonly mtime: string;
  /** Bytes of content, holes of a sparse file included; 0 for everything but files. */
  readonly size: number;
  /** Of a symbolic link, unchanged. */
  readonly target?: string | undefined;
  /** `MAJOR:MINOR` of a device. */
  readonly device?: string | undefined;
  /** How many names the file has. */
  readonly links: number;
  /** The first name of the file, set at all its other names. */
  readonly linkOf?: string | undefined;
  readonly xattrs: readonly Xattr[];
  /** The layer whose tar has it, 0 = bottom. */
  readonly layer: number;
  /** False for a directory that no layer lists, which exists because of its content. */
  readonly listed: boolean;
}

/** Describes an entry of a view on its own: as a file with one name; a hard link is described as an empty file. */
export function describeFile({ fields, layer, source }: ViewedEntry): FileEntry {
  const { path, type, size, linkPath, major, minor, meta } = fields;
  return {
    path,
    type: type === "hardlink" ? "file" : type,
    ...describeMeta(meta),
    size,
    ...(type === "symlink" && { target: linkPath }),
    ...((type === "char" || type === "block") && { device: `${major}:${minor}` }),
    links: 1,
    ...(type === "hardlink" && { linkOf: linkPath }),
    xattrs: meta.xattrs,
    layer,
    listed: source !== undefined,
  };
}

/** Formats mode, owner and time. */
export function describeMeta(meta: EntryMeta): Pick<FileEntry, "mode" | "uid" | "gid" | "mtime"> {
  return {
    mode: meta.mode.toString(8).padStart(4, "0"),
    uid: meta.uid,
    gid: meta.gid,
    mtime: timeText({ seconds: meta.mtimeSeconds, nanoseconds: meta.mtimeNanoseconds }),
  };
}
