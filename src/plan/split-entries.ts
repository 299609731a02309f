import type { FlatEntry } from "./merge-plan.ts";
import { flatSize } from "./segments.ts";
import { type CutEntry, splitBorders } from "./split-borders.ts";

/**
 * Splits the entries of a range into parts that are layers above each other. Neighbours stay together, as {@link splitBorders} cuts them; the names of a file go with the first of them; whiteouts go to
 * the lowest part, since in an upper one they would hide what the lower ones bring. Each part lists the directories above what it holds, with the same metadata.
 * @param entries in output order, the same each time; walked twice here, and once for each part
 */
export function splitEntries(entries: Iterable<FlatEntry>, parts: number): Iterable<FlatEntry>[] {
  const cuts: CutEntry[] = [];
  const leaders = new Map<string, number>();
  for (const entry of entries) {
    cuts.push({ path: entry.fields.path, size: flatSize(entry) });
    if (entry.fields.type === "hardlink") leaders.set(entry.fields.linkPath ?? "", 0);
  }
  const borders = splitBorders(cuts, parts);
  let number = 0;
  for (const { fields } of entries) {
    if (leaders.has(fields.path)) leaders.set(fields.path, partAt(borders, number));
    number += 1;
  }
  const split: Split = { entries, borders, leaders };
  return Array.from({ length: borders.length + 1 }, (_, part) => ({ [Symbol.iterator]: () => partOf(split, part) }));
}

interface Split {
  readonly entries: Iterable<FlatEntry>;
  /** Numbers of the entries that begin a part. */
  readonly borders: readonly number[];
  /** The part of each path that hard links lead to. */
  readonly leaders: ReadonlyMap<string, number>;
}

function* partOf({ entries, borders, leaders }: Split, part: number): Generator<FlatEntry, void> {
  /** The directories that the walk is in, outermost first, and whether this part has listed them. */
  const open: { readonly entry: FlatEntry; listed: boolean }[] = [];
  let number = 0;
  for (const entry of entries) {
    const { path, type, linkPath = "" } = entry.fields;
    while (open.length > 0 && !isBelow(path, open.at(-1)?.entry.fields.path ?? "")) open.pop();
    const own = type === "hardlink" ? (leaders.get(linkPath) ?? 0) : isMarker(path) ? 0 : partAt(borders, number);
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
