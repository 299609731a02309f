import { type EmitInput, emit } from "./emit.ts";
import { EmitWalk } from "./emit-walk.ts";
import type { FlatEntry } from "./merge-plan.ts";
import { flatSize } from "./segments.ts";
import { type CutEntry, splitBorders } from "./split-borders.ts";

/**
 * Splits the entries of a range into parts that become layers on top of each other, at the borders of
 * {@link splitBorders}. All names of a file go to the part of the first one; whiteouts go to the lowest part, since in
 * an upper one they would hide what the lower ones add. Each part lists the directories above its entries, with the
 * same metadata. Walks the range twice; walking all parts takes the time of one more walk, however many they are.
 * Memory grows with the entries that go to another part; until the borders are found also with the paths of all
 * entries.
 */
export function splitEntries(input: EmitInput, parts: number): Iterable<FlatEntry>[] {
  const cuts: CutEntry[] = [];
  const leaders = new Map<string, number>();
  for (const entry of emit(input)) {
    cuts.push({ path: entry.fields.path, size: flatSize(entry) });
    if (entry.fields.type === "hardlink") leaders.set(entry.fields.linkPath ?? "", 0);
  }
  const stretches = findStretches(input, { borders: splitBorders(cuts, parts), leaders });
  return stretches.flatMap((stretch, part) => {
    // All of its entries went to lower parts.
    if (part > 0 && stretch.begin === undefined && stretch.moved.length === 0) return [];
    const isOwn = (entry: FlatEntry): boolean => partFor(entry, part, leaders) === part;
    return [{ [Symbol.iterator]: () => partOf(input, stretch, isOwn) }];
  });
}

interface Split {
  /** Numbers of the entries that begin a part. */
  readonly borders: readonly number[];
  /**
   * The part of each path that is the target of hard links: filled in during the walk, as a link comes after its
   * target.
   */
  readonly leaders: Map<string, number>;
}

/** An entry and the directory that it lies in; undefined for the root and for what is in the root itself. */
interface Placed {
  readonly entry: FlatEntry;
  readonly above: Placed | undefined;
}

/** The entries of one part. */
interface Stretch {
  /** Where the walk reaches the first entry that stays in this part; undefined if none does. */
  begin?: { readonly walk: EmitWalk; readonly above: Placed | undefined; readonly number: number };
  /** How many entries the walk passes from there to the last one that stays, including those of other parts. */
  length: number;
  /** Entries that come from other parts, all of them later ones. */
  readonly moved: Placed[];
}

function findStretches(input: EmitInput, { borders, leaders }: Split): Stretch[] {
  const stretches = [0, ...borders].map((): Stretch => ({ length: 0, moved: [] }));
  const walk = EmitWalk.of(input.state);
  let above: Placed | undefined;
  let part = 0;
  let number = 0;
  for (const entry of emit(input, walk)) {
    const { path, type } = entry.fields;
    if (number === borders[part]) part += 1;
    while (above !== undefined && !isBelow(path, above.entry.fields.path)) above = above.above;
    if (leaders.has(path)) leaders.set(path, part);
    const own = partFor(entry, part, leaders);
    const stretch = stretches[own];
    if (stretch !== undefined && own !== part) stretch.moved.push({ entry, above });
    else if (stretch !== undefined) {
      stretch.begin ??= { walk: walk.copyBefore(), above, number };
      stretch.length = number - stretch.begin.number + 1;
    }
    if (type === "directory" && path !== "") above = { entry, above };
    number += 1;
  }
  return stretches;
}

/** The part that an entry goes to if its neighbours are in `part`. */
function partFor({ fields }: FlatEntry, part: number, leaders: ReadonlyMap<string, number>): number {
  const { path, type, linkPath = "" } = fields;
  if (type === "hardlink") return leaders.get(linkPath) ?? 0;
  return isMarker(path) ? 0 : part;
}

function* partOf(input: EmitInput, stretch: Stretch, isOwn: (entry: FlatEntry) => boolean): Generator<FlatEntry, void> {
  const { begin, length, moved } = stretch;
  const open = new OpenDirectories(begin?.above);
  let left = length;
  for (const entry of begin === undefined ? [] : emit(input, begin.walk.copy())) {
    const { path, type } = entry.fields;
    const own = isOwn(entry);
    open.leaveFor(path);
    if (own) {
      yield* open.unlisted();
      yield entry;
    }
    if (type === "directory" && path !== "") open.enter(entry, own);
    left -= 1;
    if (left === 0) break;
  }
  for (const { entry, above } of moved) {
    open.leaveFor(entry.fields.path);
    open.enterAll(above);
    yield* open.unlisted();
    yield entry;
  }
}

/** The directories that a part is in, outermost first, and which of them it has listed. */
class OpenDirectories {
  readonly #open: { readonly entry: FlatEntry; listed: boolean }[] = [];

  constructor(above: Placed | undefined) {
    this.enterAll(above);
  }

  /** Leaves the directories that a path is not in. */
  leaveFor(path: string): void {
    while (this.#open.length > 0 && !isBelow(path, this.#open.at(-1)?.entry.fields.path ?? "")) this.#open.pop();
  }

  enter(entry: FlatEntry, listed: boolean): void {
    this.#open.push({ entry, listed });
  }

  /** Enters the directories of a chain that are not open yet. */
  enterAll(innermost: Placed | undefined): void {
    const chain: FlatEntry[] = [];
    for (let at = innermost; at !== undefined; at = at.above) chain.push(at.entry);
    for (const entry of chain.reverse().slice(this.#open.length)) this.enter(entry, false);
  }

  /** The open directories that are not listed yet; they are afterwards. */
  *unlisted(): Generator<FlatEntry, void> {
    for (const directory of this.#open) {
      if (!directory.listed) yield directory.entry;
      directory.listed = true;
    }
  }
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`);
}

function isMarker(path: string): boolean {
  return path.slice(path.lastIndexOf("/") + 1).startsWith(".wh.");
}
