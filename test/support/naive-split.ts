/**
 * The slow, obvious way to split a range: every part walks all entries and takes its own. `splitEntries` must give the
 * same result.
 */
import type { FlatEntry } from "../../src/plan/merge-plan.ts";
import { flatSize } from "../../src/plan/segments.ts";
import { splitBorders } from "../../src/plan/split-borders.ts";

/** The entries of each part; only the first may be empty. */
export function naiveSplit(entries: Iterable<FlatEntry>, parts: number): FlatEntry[][] {
  const all = [...entries];
  const borders = splitBorders(
    all.map((entry) => ({ path: entry.fields.path, size: flatSize(entry) })),
    parts,
  );
  const parted = new Map(all.map(({ fields }, number) => [fields.path, partAt(borders, number)]));
  const split = [0, ...borders].map((_, part) => [...partOf(all, part, { borders, parted })]);
  return split.filter((entries, part) => part === 0 || entries.length > 0);
}

interface Split {
  readonly borders: readonly number[];
  readonly parted: ReadonlyMap<string, number>;
}

function* partOf(entries: readonly FlatEntry[], part: number, { borders, parted }: Split): Generator<FlatEntry, void> {
  /** The directories that contain the current entry, outermost first, and whether this part has listed them. */
  const open: { readonly entry: FlatEntry; listed: boolean }[] = [];
  let number = 0;
  for (const entry of entries) {
    const { path, type, linkPath = "" } = entry.fields;
    while (open.length > 0 && !isBelow(path, open.at(-1)?.entry.fields.path ?? "")) open.pop();
    const own = type === "hardlink" ? (parted.get(linkPath) ?? 0) : isMarker(path) ? 0 : partAt(borders, number);
    number += 1;
    if (own === part) {
      for (const directory of open) {
        if (!directory.listed) yield directory.entry;
        directory.listed = true;
      }
      yield entry;
    }
    if (type === "directory" && path !== "") open.push({ entry, listed: own === part });
  }
}

/** The part of an entry by its number. */
function partAt(borders: readonly number[], number: number): number {
  let part = 0;
  while (part < borders.length && (borders[part] ?? 0) <= number) part += 1;
  return part;
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`);
}

function isMarker(path: string): boolean {
  return path.slice(path.lastIndexOf("/") + 1).startsWith(".wh.");
}
