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
  const comparison = compareSealed(source, flat);
  if (comparison === undefined) throw new Error("a content has neither a SHA-256 nor its like in the source");
  return comparison;
}

/**
 * The same where large contents of `flat` have a seal and no SHA-256: that of the source counts for both where their seals are the same. Undefined as soon as they are not: what the content is only
 * another reading tells.
 */
export function compareSealed(source: Directory, flat: Directory): FilesystemComparison | undefined {
  const [before, after] = [mergedEntries(source), mergedEntries(flat)];
  let [was, is] = [next(before), next(after)];
  // As long as both are the same, one account serves for both.
  const sourceAccount = new Account();
  let flatAccount: Account | undefined;
  const differences: Difference[] = [];
  while (was !== undefined || is !== undefined) {
    const order = compareEntries(was, is);
    const left = order <= 0 ? was : undefined;
    const right = order >= 0 ? hashedLike(is, left) : undefined;
    if (right?.type === "f" && right.content === "") return undefined;
    const difference = differenceOf(left, right);
    if (difference !== undefined) {
      flatAccount ??= sourceAccount.copy();
      differences.push(difference);
    }
    if (left !== undefined) {
      sourceAccount.add(left);
      was = next(before);
    }
    if (right !== undefined) {
      flatAccount?.add(right);
      is = next(after);
    }
  }
  const summary = sourceAccount.summary();
  return { source: summary, flat: flatAccount?.summary() ?? summary, differences };
}

/** An entry that is sealed and not hashed with the SHA-256 of one that has the same seal. */
function hashedLike(flat: MergedEntry | undefined, source: MergedEntry | undefined): MergedEntry | undefined {
  if (flat === undefined || flat.seal === "" || flat.content !== "") return flat;
  return source?.seal === flat.seal && source.size === flat.size ? { ...flat, content: source.content } : flat;
}

/** The digest of one filesystem, and its size. */
export function summarize(root: Directory): FilesystemSummary {
  const account = new Account();
  for (const entry of mergedEntries(root)) account.add(entry);
  return account.summary();
}

/** What is to be said of a filesystem whose entries come in order. */
class Account {
  readonly #hash: FilesystemHash;
  #bytes: number;

  constructor(hash = new FilesystemHash(), bytes = 0) {
    this.#hash = hash;
    this.#bytes = bytes;
  }

  add(entry: MergedEntry): void {
    this.#hash.add(entry);
    if (entry.group === "" || entry.group === entry.path) this.#bytes += entry.size;
  }

  copy(): Account {
    return new Account(this.#hash.copy(), this.#bytes);
  }

  summary(): FilesystemSummary {
    return { fsdigest: this.#hash.digest(), entries: this.#hash.entries, bytes: this.#bytes };
  }
}

function next(entries: Generator<MergedEntry, void>): MergedEntry | undefined {
  const { done, value } = entries.next();
  return done ? undefined : value;
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
