import { type Listing, listingOf, type PlainInode } from "./listing.ts";
import { readNaively } from "./naive-tar.ts";
import { unpackAlone } from "./oracle-layer.ts";
import { lay, type OracleProfile, type OracleTree } from "./oracle-overlay.ts";

/**
 * The merged filesystem of a stack of layers: each layer is unpacked by itself into a list of paths, and the lists are
 * laid over each other. Slow and obvious on purpose: no trees, no indexes, nothing shared with `src/plan`. Throws for a
 * stack that no engine loads.
 */
export function replay(tars: readonly Uint8Array[], profile: OracleProfile = "containerd"): Listing {
  const visible = replayPaths(tars, profile);
  const finished = new Map([...visible.values()].map(({ inode }) => [inode, finish(inode)]));
  return listingOf(new Map([...visible].map(([path, { inode }]) => [path, finished.get(inode) ?? inode])));
}

/** The same as inodes by path; the root is missing if no layer lists it. */
export function replayPaths(tars: readonly Uint8Array[], profile: OracleProfile = "containerd"): OracleTree {
  let merged: OracleTree = new Map();
  for (const tar of tars) merged = lay(merged, unpackAlone(readNaively(tar), merged, profile), profile);
  if (merged.get("")?.implied) merged.delete("");
  return merged;
}

/** Removes what no filesystem, or no flat layer, may hold (merge semantics §7). */
function finish(inode: PlainInode): PlainInode {
  const holdsUser = inode.typeflag === "0" || inode.typeflag === "5";
  const goes = (name: string) => /^(trusted|user)\.overlay\./.test(name) || (name.startsWith("user.") && !holdsUser);
  const xattrs = Object.fromEntries(Object.entries(inode.xattrs).filter(([name]) => !goes(name)));
  return { ...inode, xattrs, mode: inode.typeflag === "2" ? 0o777 : inode.mode };
}
