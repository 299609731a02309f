import { attributeDifferences, type Difference } from "./differences.ts";
import type { Directory } from "./file-tree.ts";
import { type FilesystemDigest, FilesystemHash } from "./filesystem-digest.ts";
import { type MergedEntry, mergedEntries } from "./merged-entries.ts";

/** A merged filesystem in numbers. */
export interface FilesystemSize {
  readonly entries: number;
  /** Bytes of all contents; hard links count once. */
  readonly bytes: number;
}

/** A filesystem in figures, and its digest. */
export interface FilesystemSummary extends FilesystemSize {
  readonly fsdigest: FilesystemDigest;
}

/** A summary with the digest if that was asked for: it needs a SHA-256 of every content. */
export interface ComparedFilesystem extends FilesystemSize {
  readonly fsdigest?: FilesystemDigest;
}

export interface FilesystemComparison {
  readonly source: ComparedFilesystem;
  readonly flat: ComparedFilesystem;
  /** In the order of the paths; none if the two are the same in every detail. */
  readonly differences: readonly Difference[];
}

/**
 * Walks two filesystems in parallel and lists every path in which they differ; with `digests` computes both digests,
 * for which no content may be sealed. Memory grows with the differences.
 */
export function compareFilesystems(
  source: Directory,
  flat: Directory,
  { digests = false }: { readonly digests?: boolean } = {},
): FilesystemComparison {
  const [before, after] = [mergedEntries(source), mergedEntries(flat)];
  let [was, is] = [next(before), next(after)];
  // As long as both are the same, they share one account.
  const sourceAccount = new Account(digests ? new FilesystemHash() : undefined);
  let flatAccount: Account | undefined;
  const differences: Difference[] = [];
  while (was !== undefined || is !== undefined) {
    const order = compareEntries(was, is);
    const left = order <= 0 ? was : undefined;
    const right = order >= 0 ? is : undefined;
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

/** The digest of one filesystem, and its size; no content may be sealed. */
export function summarize(root: Directory): FilesystemSummary {
  const hash = new FilesystemHash();
  const account = new Account(hash);
  for (const entry of mergedEntries(root)) account.add(entry);
  return { ...account.size(), fsdigest: hash.digest() };
}

/** The figures and perhaps the digest of a filesystem, from its entries in order. */
class Account {
  readonly #hash: FilesystemHash | undefined;
  #entries: number;
  #bytes: number;

  constructor(hash: FilesystemHash | undefined, { entries, bytes }: FilesystemSize = { entries: 0, bytes: 0 }) {
    this.#hash = hash;
    this.#entries = entries;
    this.#bytes = bytes;
  }

  add(entry: MergedEntry): void {
    this.#hash?.add(entry);
    this.#entries += 1;
    if (entry.group === "" || entry.group === entry.path) this.#bytes += entry.size;
  }

  copy(): Account {
    return new Account(this.#hash?.copy(), this.size());
  }

  size(): FilesystemSize {
    return { entries: this.#entries, bytes: this.#bytes };
  }

  summary(): ComparedFilesystem {
    return this.#hash === undefined ? this.size() : { ...this.size(), fsdigest: this.#hash.digest() };
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
