import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/** All attributes of one name in an image; two are deeply equal if and only if the names have the same attributes. */
export interface TreeEntry {
  readonly type: "file" | "directory" | "symlink" | "char" | "block" | "fifo" | "socket";
  /** Permission bits with setuid, setgid and sticky, in octal. */
  readonly mode: string;
  readonly owner: string;
  readonly mtimeNs: bigint;
  /** SHA-256 and size of a file's content. */
  readonly content?: string;
  readonly target?: string;
  readonly device?: string;
  /** The first name of the hard-link group, if it has several names. */
  readonly linkGroup?: string;
  /** Values in hex, by name; sorted. */
  readonly xattrs: Readonly<Record<string, string>>;
}

/** The entries of a folder by path; one char per byte, so that names that are not UTF-8 stay distinct. */
export type TreeSnapshot = ReadonlyMap<string, TreeEntry>;

/**
 * Reads a whole mounted filesystem, including xattrs and nanosecond times; without the root, which engines create
 * themselves. Names that cannot be looked up (whiteouts that overlayfs lists) are absent.
 */
export function snapshotTree(folder: string): TreeSnapshot {
  const walk: Walk = { root: Buffer.from(folder), entries: new Map(), inodes: new Map(), xattrs: readXattrs(folder) };
  visitChildren(walk, "");
  for (const names of walk.inodes.values()) {
    const [linkGroup] = names.sort();
    if (names.length === 1 || linkGroup === undefined) continue;
    for (const name of names) walk.entries.set(name, { ...mustGet(walk.entries, name), linkGroup });
  }
  return walk.entries;
}

interface Walk {
  readonly root: Buffer;
  readonly entries: Map<string, TreeEntry>;
  readonly inodes: Map<string, string[]>;
  readonly xattrs: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

function visitChildren(walk: Walk, directory: string): void {
  for (const name of readdirSync(hostPath(walk, directory), { encoding: "buffer" })) {
    const path = (directory === "" ? "" : `${directory}/`) + name.toString("latin1");
    const stat = lstatSync(hostPath(walk, path), { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) continue;
    const entry = readEntry(walk, path, stat);
    walk.entries.set(path, entry);
    if (entry.type === "directory") visitChildren(walk, path);
    else rememberInode(walk, path, stat);
  }
}

function hostPath(walk: Walk, path: string): Buffer {
  return Buffer.concat([walk.root, Buffer.from(`/${path}`, "latin1")]);
}

function rememberInode(walk: Walk, path: string, stat: BigIntStats): void {
  const key = `${stat.dev}:${stat.ino}`;
  const names = walk.inodes.get(key);
  if (names === undefined) walk.inodes.set(key, [path]);
  else names.push(path);
}

function readEntry(walk: Walk, path: string, stat: BigIntStats): TreeEntry {
  const common = {
    mode: (stat.mode % 0o10000n).toString(8),
    owner: `${stat.uid}:${stat.gid}`,
    mtimeNs: stat.mtimeNs,
    xattrs: walk.xattrs.get(path) ?? {},
  };
  if (stat.isDirectory()) return { type: "directory", ...common };
  if (stat.isSymbolicLink()) {
    return { type: "symlink", ...common, target: readlinkSync(hostPath(walk, path), "latin1") };
  }
  if (stat.isFile()) return { type: "file", ...common, content: describeContent(hostPath(walk, path)) };
  if (stat.isCharacterDevice()) return { type: "char", ...common, device: deviceNumbers(stat.rdev) };
  if (stat.isBlockDevice()) return { type: "block", ...common, device: deviceNumbers(stat.rdev) };
  return { type: stat.isFIFO() ? "fifo" : "socket", ...common };
}

function describeContent(path: Buffer): string {
  const bytes = readFileSync(path);
  return `${createHash("sha256").update(bytes).digest("hex")} (${bytes.length} bytes)`;
}

/** Linux packs a device number as 12 low and 20 high bits of minor around 12 bits of major. */
function deviceNumbers(rdev: bigint): string {
  const major = (rdev / 256n) % 4096n;
  const minor = (rdev % 256n) + (rdev / 1048576n) * 256n;
  return `${major}:${minor}`;
}

/** One getfattr for the whole tree, since Node cannot read xattrs. */
function readXattrs(folder: string): Map<string, Record<string, string>> {
  const argv = ["--recursive", "--physical", "--no-dereference", "--dump", "--match=-", "--encoding=hex", "."];
  const ran = spawnSync("getfattr", argv, { cwd: folder, encoding: "latin1", maxBuffer: 2 ** 30 });
  if (ran.error !== undefined) throw ran.error;
  const found = new Map<string, Record<string, string>>();
  for (const block of ran.stdout.split("\n\n")) {
    const [head = "", ...lines] = block.split("\n");
    if (!head.startsWith("# file: ")) continue;
    const path = unquote(head.slice("# file: ".length)).replace(/^\.\//, "");
    found.set(
      path,
      Object.fromEntries(
        lines
          .filter((line) => line !== "")
          .map(nameAndValue)
          .sort(),
      ),
    );
  }
  return found;
}

function nameAndValue(line: string): [string, string] {
  const equals = line.lastIndexOf("=");
  return equals < 0 ? [unquote(line), ""] : [unquote(line.slice(0, equals)), line.slice(equals + 1)];
}

/** getfattr writes backslashes and line ends of names as three octal digits. */
function unquote(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function mustGet<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`no entry ${String(key)}`);
  return value;
}
