import { attributeDifferences, type Difference } from "./differences.ts";
import type { Directory } from "./file-tree.ts";
import { type FilesystemDigest, FilesystemHash } from "./filesystem-digest.ts";
import { type MergedEntry, mergedEntries } from "./merged-entries.ts";

/** A merged filesystem in numbers. */
export interface FilesystemSummary {
  readonly fsdigest: FilesystemDigest;
  readonly entries: number;
  /** Bytes of all contents; hard links count once. */
  readonly bytes: number;
}

export interface FilesystemComparison {
  readonly source: FilesystemSummary;
  readonly flat: FilesystemSummary;
  /** In the order of the paths; none where the two are the same in every detail. */
  readonly differences: readonly Difference[];
}

/** Goes through two filesystems side by side, and notes every path in which they differ. Memory grows with the differences. */
export function compareFilesystems(source: Directory, flat: Directory): FilesystemComparison {
  const [before, after] = [new Side(source), new Side(flat)];
  const differences: Difference[] = [];
  while (before.entry !== undefined || after.entry !== undefined) {
    const order = compareEntries(before.entry, after.entry);
    const [was, is] = [order <= 0 ? before.take() : undefined, order >= 0 ? after.take() : undefined];
    const difference = differenceOf(was, is);
    if (difference !== undefined) differences.push(difference);
  }
  return { source: before.summary(), flat: after.summary(), differences };
}

/** The digest of one filesystem, and its size. */
export function summarize(root: Directory): FilesystemSummary {
  const side = new Side(root);
  while (side.entry !== undefined) side.take();
  return side.summary();
}

/** One of the two, with the entry that is next. */
class Side {
  readonly #entries: Generator<MergedEntry, void>;
  readonly #hash = new FilesystemHash();
  #bytes = 0;
  entry: MergedEntry | undefined;

  constructor(root: Directory) {
    this.#entries = mergedEntries(root);
    this.#advance();
  }

  take(): MergedEntry | undefined {
    const { entry } = this;
    if (entry === undefined) return undefined;
    this.#hash.add(entry);
    if (entry.group === "" || entry.group === entry.path) this.#bytes += entry.size;
    this.#advance();
    return entry;
  }

  summary(): FilesystemSummary {
    return { fsdigest: this.#hash.digest(), entries: this.#hash.entries, bytes: this.#bytes };
  }

  #advance(): void {
    const next = this.#entries.next();
    this.entry = next.done ? undefined : next.value;
  }
}

/** Which of two comes first where names are sorted directory by directory: a slash sorts before every other byte. */
function compareEntries(a: MergedEntry | undefined, b: MergedEntry | undefined): number {
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  if (a.path === b.path) return 0;
  return a.path.replaceAll("/", "\0") < b.path.replaceAll("/", "\0") ? -1 : 1;
}

function differenceOf(source: MergedEntry | undefined, flat: MergedEntry | undefined): Difference | undefined {
  if (source !== undefined && flat !== undefined) {
    const attributes = attributeDifferences(source, flat);
    return attributes.length === 0 ? undefined : { kind: "changed", path: source.path, type: source.type, attributes };
  }
  if (source !== undefined) return { kind: "missing", path: source.path, type: source.type, attributes: [] };
  return flat && { kind: "added", path: flat.path, type: flat.type, attributes: [] };
}
