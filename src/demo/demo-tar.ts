import { paddedSize } from "../tar/block.ts";
import { encodeHeader, type HeaderType } from "../tar/header-encode.ts";

/** An entry of a demo layer. */
export interface DemoEntry {
  readonly type: HeaderType;
  readonly path: string;
  readonly mode: number;
  readonly content?: Uint8Array | undefined;
  readonly linkPath?: string | undefined;
  /** Owner and group alike; root by default. */
  readonly owner?: number | undefined;
}

export function directory(path: string, mode = 0o755): DemoEntry {
  return { type: "directory", path, mode };
}

export function file(path: string, content: string | Uint8Array, { mode = 0o644, owner = 0 } = {}): DemoEntry {
  return { type: "file", path, mode, owner, content: typeof content === "string" ? Buffer.from(content) : content };
}

/** A second name of a file that is earlier in the same layer; it repeats that file's mode (R3.6). */
export function hardLink(path: string, linkPath: string, mode = 0o644): DemoEntry {
  return { type: "hardlink", path, linkPath, mode };
}

export function symlink(path: string, linkPath: string): DemoEntry {
  return { type: "symlink", path, linkPath, mode: 0o777 };
}

/** Removes a path of a lower layer. image-spec layer.md#whiteouts */
export function whiteout(path: string): DemoEntry {
  const slash = path.lastIndexOf("/") + 1;
  return { type: "file", path: `${path.slice(0, slash)}.wh.${path.slice(slash)}`, mode: 0o600 };
}

/** Hides everything that lower layers have in a directory. image-spec layer.md#opaque-whiteout */
export function opaque(path: string): DemoEntry {
  return { type: "file", path: `${path}/.wh..wh..opq`, mode: 0o600 };
}

/** Two blocks of NULs end a tar. */
const TRAILER = new Uint8Array(1024);

/** The entries as an uncompressed tar, all with the same time. Missing parent directories are added, as builders do. */
export function demoTar(entries: readonly DemoEntry[], mtimeSeconds: number): Uint8Array {
  const members = withParents(entries).flatMap(
    ({ type, path, mode, linkPath, owner = 0, content = new Uint8Array() }) => {
      const meta = { mode, uid: owner, gid: owner, mtimeSeconds, mtimeNanoseconds: 0, xattrs: [] };
      const header = encodeHeader({ type, path, size: content.length, linkPath, major: 0, minor: 0, meta });
      return [header, content, new Uint8Array(paddedSize(content.length) - content.length)];
    },
  );
  return new Uint8Array(Buffer.concat([...members, TRAILER]));
}

function withParents(entries: readonly DemoEntry[]): DemoEntry[] {
  const listed = new Set(entries.filter(({ type }) => type === "directory").map(({ path }) => path));
  return entries.flatMap((entry) => {
    const missing = parentsOf(entry.path).filter((path) => !listed.has(path));
    for (const path of missing) listed.add(path);
    return [...missing.map((path) => directory(path)), entry];
  });
}

/** The directories above a path, the highest first. */
function parentsOf(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}
