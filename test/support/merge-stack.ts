import { createHash } from "node:crypto";
import { ByteFeed } from "../../src/verify/byte-feed.ts";
import { clampEntries, type Latest } from "../../src/verify/clamp-entries.ts";
import type { SealKey } from "../../src/verify/content-seal.ts";
import { tableEntries } from "../../src/verify/entry-table.ts";
import { EntryTableWriter } from "../../src/verify/entry-table-writer.ts";
import type { NamedEntry } from "../../src/verify/file-entry.ts";
import { type Directory, impliedDirectory } from "../../src/verify/file-tree.ts";
import { layOver } from "../../src/verify/lay-over.ts";
import { layerEntry } from "../../src/verify/layer-entry.ts";
import { MERGE_RULES, type View } from "../../src/verify/merge-rules.ts";
import { type MergedEntry, mergedEntries } from "../../src/verify/merged-entries.ts";
import { readTar } from "../../src/verify/tar-members.ts";
import { unpackLayer } from "../../src/verify/unpack-layer.ts";
import type { ListedNode, Listing } from "./listing.ts";
import type { LayerFixture } from "./tar-fixture.ts";

export interface MergeStackOptions {
  /** Latest allowed time of each layer that has one; newer times are set to it. */
  readonly latest?: (layer: number) => Latest | undefined;
  readonly sealKey?: SealKey | undefined;
}

/** A stack of layers for the verifier to merge, base first. */
export function mergeStack(
  layers: readonly (LayerFixture | Uint8Array)[],
  view: View = "containerd",
  { latest, sealKey }: MergeStackOptions = {},
): Directory {
  const merged = impliedDirectory({ seconds: 0, nanoseconds: 0 });
  const rules = MERGE_RULES[view];
  for (const [number, layer] of layers.entries()) {
    const entries = entriesOf(layer instanceof Uint8Array ? layer : layer.tar(), { sealKey });
    const time = latest?.(number);
    const clamped = time === undefined ? entries : clampEntries(entries, time);
    layOver(merged, unpackLayer(clamped, { merged, rules, pathBytes: 4096, spend() {} }), rules);
  }
  return merged;
}

interface EntriesOptions {
  readonly chunk?: number;
  readonly lenientTar?: boolean;
  readonly sealKey?: SealKey | undefined;
}

/** The entries of one tar, fed to the verifier in chunks of so many bytes. */
export function entriesOf(
  tar: Uint8Array,
  { chunk = 1000, lenientTar = false, sealKey }: EntriesOptions = {},
): NamedEntry[] {
  const entries = new EntryTableWriter();
  const feed = new ByteFeed();
  const onMember = (member: Parameters<typeof layerEntry>[0]): void => {
    const entry = layerEntry(member, { lenientTar });
    if (entry !== undefined) entries.add(entry);
  };
  const reader = readTar(feed, { lenientTar, sealKey, onHoles() {}, onMember });
  for (let at = 0; at < tar.length; at += chunk) {
    feed.supply(tar.subarray(at, at + chunk));
    if (reader.next().done) return [...tableEntries(entries.data(tar.length))];
  }
  feed.supply(undefined);
  if (!reader.next().done) throw new Error("the reader wants more than there is");
  return [...tableEntries(entries.data(tar.length))];
}

/** What the verifier sees in a stack, in the format of the slow twins; contents as digests. */
export function mergedListing(layers: readonly (LayerFixture | Uint8Array)[], view?: View): Listing {
  const entries = [...mergedEntries(mergeStack(layers, view))];
  const names = Map.groupBy(entries, ({ group }) => group);
  return Object.fromEntries(entries.map((entry) => [entry.path, listed(entry, names.get(entry.group) ?? [])]));
}

/** A listing of the slow twins with contents replaced by their digests. */
export function withDigests(listing: Listing): Listing {
  return Object.fromEntries(
    Object.entries(listing).map(([path, node]) => [
      path,
      node.type === "0" ? { ...node, holds: sha256(node.holds) } : node,
    ]),
  );
}

const TYPEFLAGS = { f: "0", l: "2", c: "3", b: "4", d: "5", p: "6" } as const;

function listed(entry: MergedEntry, group: readonly MergedEntry[]): ListedNode {
  const { type, mode, uid, gid, xattrs } = entry;
  const node = {
    type: TYPEFLAGS[type],
    mode: mode.toString(8),
    owner: `${uid}:${gid}`,
    mtime: paxTime(entry),
    xattrs: Object.fromEntries(xattrs),
    holds: holds(entry),
  };
  return entry.group === "" ? node : { ...node, names: group.map(({ path }) => path).sort() };
}

function holds({ type, content, target, major, minor }: MergedEntry): string {
  if (type === "f") return Buffer.from(content, "latin1").toString("hex");
  return type === "c" || type === "b" ? `${major}:${minor}` : target;
}

function paxTime({ seconds, nanoseconds }: MergedEntry): string {
  const total = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
  const size = total < 0n ? -total : total;
  const text = `${size / 1_000_000_000n}.${String(size % 1_000_000_000n).padStart(9, "0")}`.replace(/\.?0+$/, "");
  return `${total < 0n ? "-" : ""}${text.startsWith(".") || text === "" ? "0" : text}`;
}

function sha256(latin1: string): string {
  return createHash("sha256").update(latin1, "latin1").digest("hex");
}
