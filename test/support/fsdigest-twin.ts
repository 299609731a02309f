/** A second implementation of the filesystem digest, from docs/formats/fsdigest.md alone; it uses nothing from src/. */
import { createHash } from "node:crypto";
import type { Listing } from "./listing.ts";
import type { TreeSnapshot } from "./tree-snapshot.ts";

/** An entry as in docs/formats/fsdigest-vectors.json; texts have one char per byte. */
export interface TwinEntry {
  readonly path: string;
  readonly type: string;
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** Nanoseconds since 1970. */
  readonly mtime: string;
  readonly group?: string;
  readonly content?: string;
  readonly target?: string;
  readonly device?: string;
  readonly xattrs?: Readonly<Record<string, string>>;
}

/** The digest of entries in any order. */
export function digestOfEntries(entries: readonly TwinEntry[]): string {
  return digestOf(entries.map((entry) => ({ ...entry, data: dataOf(entry) })));
}

/** The digest of a listing of the slow twins. */
export function digestOfListing(listing: Listing): string {
  return digestOf(
    Object.entries(listing).map(([path, { type, mode, owner, mtime, xattrs, holds, names = [] }]) => {
      const [uid = "", gid = ""] = owner.split(":");
      const kind = { "0": "f", "2": "l", "3": "c", "4": "b", "5": "d", "6": "p" }[type] ?? type;
      const data = kind === "f" ? contentData(holds) : "lcb".includes(kind) ? holds : "";
      const time = nanosecondsOf(mtime);
      return {
        path,
        type: kind,
        mode: mode.padStart(4, "0"),
        uid,
        gid,
        mtime: time,
        group: first(names),
        data,
        xattrs,
      };
    }),
  );
}

/** The digest of a snapshot of a folder, without its root. */
export function digestOfTree(tree: TreeSnapshot): string {
  const groups = Map.groupBy(
    [...tree].filter(([, { linkGroup }]) => linkGroup !== undefined),
    ([, entry]) => entry.linkGroup,
  );
  return digestOf(
    [...tree].map(([path, entry]) => {
      const [uid = "", gid = ""] = entry.owner.split(":");
      const [, hash = "", size = ""] = /^(\w+) \((\d+) bytes\)$/.exec(entry.content ?? "") ?? [];
      const names = entry.linkGroup === undefined ? [] : (groups.get(entry.linkGroup) ?? []).map(([name]) => name);
      const type = { directory: "d", symlink: "l", char: "c", block: "b", fifo: "p", file: "f", socket: "s" }[
        entry.type
      ];
      const data = entry.type === "file" ? `${size} ${hash}` : (entry.target ?? entry.device ?? "");
      const values = Object.entries(entry.xattrs).map(([name, hex]) => [
        name,
        Buffer.from(hex.slice(2), "hex").toString("latin1"),
      ]);
      const xattrs = Object.fromEntries(values);
      const mode = entry.mode.padStart(4, "0");
      return { path, type, mode, uid, gid, mtime: String(entry.mtimeNs), group: first(names), data, xattrs };
    }),
  );
}

interface Fields extends Pick<TwinEntry, "path" | "type" | "mode" | "mtime" | "group" | "xattrs"> {
  readonly uid: number | string;
  readonly gid: number | string;
  readonly data: string;
}

function digestOf(entries: readonly Fields[]): string {
  const hash = createHash("sha256").update("planish filesystem digest 1\n");
  for (const { path, type, mode, uid, gid, mtime, group = "", data, xattrs = {} } of [...entries].sort(byPath)) {
    const names = Object.keys(xattrs).sort();
    const attributes = names.map((name) => netstring(name) + netstring(xattrs[name] ?? "")).join("");
    for (const field of [path, type, mode, String(uid), String(gid), mtime, group, data, attributes]) {
      hash.update(netstring(field), "latin1");
    }
  }
  return `fs1-sha256:${hash.digest("hex")}`;
}

function dataOf({ type, content = "", target, device }: TwinEntry): string {
  return type === "f" ? contentData(content) : (target ?? device ?? "");
}

function contentData(content: string): string {
  return `${content.length} ${createHash("sha256").update(content, "latin1").digest("hex")}`;
}

function netstring(text: string): string {
  return `${text.length}:${text},`;
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return Buffer.compare(sortKey(a.path), sortKey(b.path));
}

function sortKey(path: string): Buffer {
  return Buffer.from(path.replaceAll("/", "\0"), "latin1");
}

/** The first of the names of one file. */
function first(names: readonly string[]): string {
  return [...names].sort((a, b) => Buffer.compare(sortKey(a), sortKey(b)))[0] ?? "";
}

/** `-1.5` is 1,500,000,000 ns before 1970. */
function nanosecondsOf(text: string): string {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)\.?(\d*)$/.exec(text) ?? [];
  const size = BigInt(whole + fraction.slice(0, 9).padEnd(9, "0"));
  return String(sign === "-" ? -size : size);
}
