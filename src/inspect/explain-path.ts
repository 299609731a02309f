import { LimitError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Hidden, MergePlan } from "../plan/merge-plan.ts";
import type { EntryPlace } from "../plan/tree.ts";
import type { Entry } from "../tar/entry.ts";
import { baseName } from "../tar/path.ts";
import { type EntryLayers, entryAt, placeKey } from "./entry-place.ts";
import type { EntryFacts, ExplainEffect, ExplainHidden, ExplainStep } from "./explain-result.ts";
import { describeMeta } from "./files/file-entry.ts";
import { PathFinder } from "./files/find-files.ts";

/** A plan and its layers, from which a path is explained. */
export interface Explainable extends EntryLayers {
  readonly plan: Pick<MergePlan, "hidden" | "entries">;
  /** Names in the targets of links that paths may lead through, as when the layers are planned. */
  readonly limits: Pick<Limits, "entries">;
}

/** A step without what only the image knows of its layer. */
export type PathStep = Omit<ExplainStep, "diffId" | "createdBy">;

/**
 * Every entry of the layers that has to do with a path, bottom first: those that create it, those that remove, hide or
 * replace what these created, links to it, and whiteouts of it without effect. Walks all entries twice, and those of
 * the plan once; the plan says what became of them. `path` has one character per byte. Memory grows with the entries
 * that are found, by a few words each.
 */
export function* explainPath(path: string, explainable: Explainable): Generator<PathStep, void> {
  const found = concerning(path, explainable);
  const hiders = [...hidersOf(found, explainable), ...hidersOfContent(path, explainable)];
  const flat = flatSource(path, explainable);
  const others = new Map([...hiders, ...flat].map((place) => [placeKey(place), place]));
  for (const each of found) others.delete(placeKey(each));
  found.push(...[...others.values()].map((place) => ({ ...place, makes: false, links: false })));
  const hiding = new Set(hiders.map(placeKey));
  const there = new Set(flat.map(placeKey));
  for (const each of found.sort((a, b) => a.layer - b.layer || a.ordinal - b.ordinal)) {
    const located = { ...each, ...locate(each, explainable) };
    const key = placeKey(each);
    const effect = effectOf(located, { path, hides: hiding.has(key), holds: there.has(key) });
    if (effect !== "nothing" || located.entry.path === path) yield describeStep(located, effect, explainable);
  }
}

/** An entry that has to do with a path. Its fields are read again later, since a file may have 100,000 names. */
interface Found extends EntryPlace {
  /** It creates the path and is not a marker. */
  readonly makes: boolean;
  /** It gives the file at the path another name. */
  readonly links: boolean;
}

/** An entry with its fields, and what became of it. */
interface Located extends EntryPlace {
  readonly entry: Entry;
  readonly hidden: Hidden | undefined;
}

function locate({ layer, ordinal }: EntryPlace, explainable: Explainable): Located {
  const entry = entryAt(explainable, { layer, ordinal });
  return { layer, ordinal, entry, hidden: explainable.plan.hidden.find(layer, ordinal) };
}

/** Entries that name the path themselves, as their path or link target, and whiteouts above it. */
function concerning(path: string, explainable: Explainable): Found[] {
  const { limits } = explainable;
  const found: Found[] = [];
  let followed = 0;
  for (const [layer, { entries }] of explainable.layers.entries()) {
    const links = new LayerLinks((names) => {
      followed += names;
      if (followed > limits.entries) throw new LimitError("entries", limits.entries, followed, { layer });
    });
    for (const entry of entries) {
      const { type, linkPath = "" } = entry;
      const own = links.leadsTo(entry.path, path);
      const another = type === "hardlink" && links.leadsTo(linkPath, path);
      links.learn(entry);
      if (type === "aufs-file" || !(own || another || isAbove(entry, path))) continue;
      const { ordinal } = entry;
      const marker = isMarker(entry) || explainable.plan.hidden.find(layer, ordinal)?.reason === "marker";
      found.push({ layer, ordinal, makes: own && !marker, links: another });
    }
  }
  return found;
}

/** The entries that hide those which create the path. */
function hidersOf(found: readonly Found[], { plan }: Explainable): EntryPlace[] {
  return found.flatMap(({ layer, ordinal, makes }) => {
    const by = makes ? plan.hidden.find(layer, ordinal)?.by : undefined;
    return by === undefined ? [] : [by];
  });
}

function isMarker({ type }: Entry): boolean {
  return type === "whiteout" || type === "opaque" || type === "aufs-file";
}

/**
 * The entries that removed the path as a directory, together with its content. A directory that no layer lists is known
 * only from the entries in it.
 */
function hidersOfContent(path: string, explainable: Explainable): EntryPlace[] {
  const { plan, layers } = explainable;
  const found = new Map<string, EntryPlace>();
  for (const [layer, { entries }] of layers.entries()) {
    for (const entry of entries) {
      if (isMarker(entry) || !entry.path.startsWith(`${path}/`)) continue;
      const by = plan.hidden.find(layer, entry.ordinal)?.by;
      if (by !== undefined && isAtOrAbove(locate(by, explainable).entry, path)) found.set(placeKey(by), by);
    }
  }
  return [...found.values()];
}

function isAtOrAbove({ path: own }: Entry, path: string): boolean {
  return own === "" || path === own || path.startsWith(`${own}/`);
}

/**
 * R3.1: paths of entries are resolved through the symbolic links that come before them in the same layer. A hard link
 * to a symbolic link of a lower layer (D5) is not followed.
 */
class LayerLinks {
  readonly #finder: PathFinder;
  #any = false;
  /** Neighbours in a tar mostly share their directory: the last one, and where it is, are kept until a link changes. */
  #lastNamed: string | undefined;
  #lastPlace: string | undefined;

  /** @param spend called with the number of names in the target of each link that a path leads through */
  constructor(spend: (names: number) => void) {
    this.#finder = new PathFinder(new Map(), spend);
  }

  /** Whether an entry with this name ends up at `path`. A link in the last component is not followed. */
  leadsTo(name: string, path: string): boolean {
    if (!this.#any) return name === path;
    return baseName(name) === baseName(path) && this.#place(name) === path;
  }

  learn(entry: Entry): void {
    const { type, path, linkPath = "" } = entry;
    if (isMarker(entry) || (type !== "symlink" && !this.#any)) return;
    const place = this.#place(path);
    const leader = type === "hardlink" ? this.#finder.targetAt(this.#place(linkPath)) : undefined;
    const target = type === "symlink" ? linkPath : leader;
    if (target === this.#finder.targetAt(place)) return;
    this.#finder.setTarget(place, target);
    this.#any = true;
    this.#lastNamed = undefined;
  }

  #place(name: string): string {
    const base = baseName(name);
    const directory = name.slice(0, -base.length - 1);
    if (directory !== this.#lastNamed) {
      this.#lastPlace = this.#finder.tryResolve(directory, { last: true, most: MAX_LINKS });
      this.#lastNamed = directory;
    }
    if (this.#lastPlace === undefined) return name;
    return this.#lastPlace === "" ? base : `${this.#lastPlace}/${base}`;
  }
}

/** R3.1: how many links a path in a tar may lead through. */
const MAX_LINKS = 255;

/** Whether an entry is a whiteout, or an opaque whiteout, of a directory above the path. */
function isAbove({ type, path: own }: Entry, path: string): boolean {
  return (type === "whiteout" || type === "opaque") && (own === "" || path.startsWith(`${own}/`));
}

/** The entry that the flat layer has at the path, which may have got there through a link of a lower layer. */
function flatSource(path: string, { plan }: Explainable): EntryPlace[] {
  for (const { fields, source, layer } of plan.entries) {
    if (fields.path === path) return source === undefined ? [] : [{ layer, ordinal: source.ordinal }];
  }
  return [];
}

interface EffectInput {
  readonly path: string;
  /** Whether it hides an entry that created the path. */
  readonly hides: boolean;
  /** Whether the flat layer has it at the path. */
  readonly holds: boolean;
}

function effectOf(
  { entry, makes, links, hidden }: Found & Located,
  { path, hides, holds }: EffectInput,
): ExplainEffect {
  if (makes) return hides ? "changes" : "adds";
  const whiteout = entry.type === "whiteout" || hidden?.reason === "marker";
  if (entry.type === "opaque") return entry.path === path ? "empties" : hides ? "hides" : "nothing";
  if (whiteout) return hides ? "removes" : "nothing";
  if (links) return "links";
  if (!hides) return "holds";
  return holds ? "changes" : "replaces";
}

function describeStep(found: Located, effect: ExplainEffect, explainable: Explainable): PathStep {
  const { hidden } = found;
  const because = hidden && describeHidden(found.entry, hidden, explainable);
  return { ...entryFacts(found), effect, ...(because !== undefined && { hidden: because }) };
}

function entryFacts({ layer, ordinal, entry }: Located): EntryFacts {
  const { path, type, size, linkPath, major, minor, meta } = entry;
  const shown = type === "aufs-file" ? "file" : type === "aufs-link" ? "hardlink" : type;
  return {
    layer,
    ordinal,
    path,
    type: shown,
    ...describeMeta(meta),
    size,
    ...(linkPath !== undefined && { target: linkPath }),
    ...((type === "char" || type === "block") && { device: `${major}:${minor}` }),
  };
}

function describeHidden(entry: Entry, { reason, by }: Hidden, explainable: Explainable): ExplainHidden {
  const hider = by && locate(by, explainable);
  const rule = ruleOf(reason, hider?.entry ?? entry);
  if (hider === undefined) return { reason, rule };
  const { layer, ordinal, path, type } = entryFacts(hider);
  return { reason, rule, by: { layer, ordinal, path, type } };
}

/** The rule that decided; a device 0:0 has its own, since it is a whiteout too. */
function ruleOf(reason: Hidden["reason"], decider: Entry): string {
  return decider.type === "char" && (reason === "whiteout" || reason === "marker") ? "R3.3" : RULES[reason];
}

const RULES: Readonly<Record<Hidden["reason"], string>> = {
  replaced: "R4.1",
  relisted: "R4.2",
  duplicate: "R2.6",
  opaque: "R3.2",
  whiteout: "R3.2",
  marker: "R3.2",
  excluded: "excluded",
};
