import type { FileEntry } from "../../src/index.ts";
import type { TreeEntry, TreeSnapshot } from "./tree-snapshot.ts";

/** What both a list of files and a mounted tree have: everything except contents, of which a list has the sizes. */
export type ComparableFile = Omit<TreeEntry, "mtimeNs" | "content"> & {
  readonly mtime: string;
  readonly size?: string;
};

/** A mounted tree in the form of {@link listedFiles}. */
export function mountedFiles(tree: TreeSnapshot): Record<string, ComparableFile> {
  return Object.fromEntries(
    [...tree].map(([path, { mtimeNs, content, ...entry }]) => {
      const size = /\((\d+) bytes\)$/.exec(content ?? "")?.[1];
      const known = Object.entries({ ...entry, size }).filter(([, value]) => value !== undefined);
      return [path, { ...Object.fromEntries(known), mtime: timeText(mtimeNs) } as ComparableFile];
    }),
  );
}

/** The entries of an image in the form of a mounted tree, without the root; engines set times before 1970 to 1970. */
export function listedFiles(entries: readonly FileEntry[]): Record<string, ComparableFile> {
  const names = Map.groupBy(entries, ({ path, linkOf = path }) => linkOf);
  return Object.fromEntries(
    entries
      .filter(({ path }) => path !== "")
      .map((entry) => {
        const { path, type, mode, uid, gid, mtime, size, target, device, links, linkOf = path, xattrs } = entry;
        const values = xattrs.map(({ name, value }) => [name, `0x${Buffer.from(value, "latin1").toString("hex")}`]);
        const leader = (names.get(linkOf) ?? []).map(({ path: name }) => name).sort()[0];
        const known = {
          type,
          mode: mode.replace(/^0+(?=.)/, ""),
          owner: `${uid}:${gid}`,
          mtime: mtime < EPOCH ? EPOCH : mtime,
          target,
          device,
          size: type === "file" ? String(size) : undefined,
          linkGroup: type !== "directory" && links > 1 ? leader : undefined,
          xattrs: Object.fromEntries(values),
        };
        return [path, Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))];
      }),
  ) as Record<string, ComparableFile>;
}

const EPOCH = "1970-01-01T00:00:00.000000000Z";

function timeText(ns: bigint): string {
  const nanoseconds = ((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = Number((ns - nanoseconds) / 1_000_000_000n);
  return new Date(seconds * 1000).toISOString().replace("000Z", `${String(nanoseconds).padStart(9, "0")}Z`);
}
