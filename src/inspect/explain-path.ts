import type { Hidden, MergePlan } from "../plan/merge-plan.ts";
import type { LayerIndex } from "../scan/layer-index.ts";
import type { Entry } from "../tar/entry.ts";
import { baseName } from "../tar/path.ts";
import type { EntryFacts, ExplainEffect, ExplainHidden, ExplainStep } from "./explain-result.ts";
import { describeMeta } from "./files/file-entry.ts";
import { PathFinder } from "./files/find-files.ts";

/** What explains a path: the plan, and the layers that it is of. */
export interface Explainable {
  readonly plan: Pick<MergePlan, "hidden" | "entries">;
  readonly layers: readonly Pick<LayerIndex, "entries">[];
}

/** A step before it is known which layer of an image it belongs to. */
export type PathStep = Omit<ExplainStep, "diffId" | "createdBy">;

/**
 * Every entry of the layers that has to do with a path, bottom first: those that make it, those that remove, hide or
 * replace what they made, links to it, and whiteouts of it that do nothing. One pass over all entries; what became of
 * them the plan says. `path` has one char a byte.
 */
export function explainPath(path: string, explainable: Explainable): PathStep[] {
  const found = concerning(path, explainable);
  const made = found.filter(({ makes }) => makes);
  const places = new Set(found.map(keyOf));
  const hiders = [
    ...made.flatMap(({ hidden }) => (hidden?.by === undefined ? [] : [hidden.by])),
    ...hidersOfContent(path, explainable),
  ];
  for (const by of [...hiders, ...flatSource(path, explainable)]) {
    if (!places.has(keyOf(by))) found.push({ ...locate(by, explainable), makes: false, links: false });
    places.add(keyOf(by));
  }
  const hiding = new Set(hiders.map(keyOf));
  return found
    .map((each) => ({ each, effect: effectOf(each, { path, hides: hiding.has(keyOf(each)) }) }))
    .filter(({ each, effect }) => effect !== "nothing" || each.entry.path === path)
    .sort(({ each: a }, { each: b }) => a.layer - b.layer || a.ordinal - b.ordinal)
    .map(({ each, effect }) => describeStep(each, effect, explainable));
}

interface Place {
  readonly layer: number;
  readonly ordinal: number;
}

interface Found extends Place {
  readonly entry: Entry;
  readonly hidden: Hidden | undefined;
  /** It makes the path, and is no marker. */
  readonly makes: boolean;
  /** It gives what stands at the path another name. */
  readonly links: boolean;
}

function keyOf({ layer, ordinal }: Place): string {
  return `${layer} ${ordinal}`;
}

function locate({ layer, ordinal }: Place, { plan, layers }: Explainable): Omit<Found, "makes" | "links"> {
  const entry = layers[layer]?.entries.at(ordinal);
  if (entry === undefined) throw new RangeError(`no layer ${layer}`);
  return { layer, ordinal, entry, hidden: plan.hidden.find(layer, ordinal) };
}

/** Entries whose own words are about the path. */
function concerning(path: string, explainable: Explainable): Found[] {
  const found: Found[] = [];
  for (const [layer, { entries }] of explainable.layers.entries()) {
    const links = new LayerLinks();
    for (const entry of entries) {
      const { type, linkPath = "" } = entry;
      const own = links.leadsTo(entry.path, path);
      const another = type === "hardlink" && links.leadsTo(linkPath, path);
      links.learn(entry);
      if (type === "aufs-file" || !(own || another || isAbove(entry, path))) continue;
      const place = locate({ layer, ordinal: entry.ordinal }, explainable);
      found.push({ ...place, makes: own && !isMarker(entry) && place.hidden?.reason !== "marker", links: another });
    }
  }
  return found;
}

function isMarker({ type }: Entry): boolean {
  return type === "whiteout" || type === "opaque" || type === "aufs-file";
}

/**
 * What took a directory away with all that was in it, also one that no layer lists: its entries alone tell that it was
 * there.
 */
function hidersOfContent(path: string, explainable: Explainable): Place[] {
  const { plan, layers } = explainable;
  const found = new Map<string, Place>();
  for (const [layer, { entries }] of layers.entries()) {
    for (const entry of entries) {
      if (isMarker(entry) || !entry.path.startsWith(`${path}/`)) continue;
      const by = plan.hidden.find(layer, entry.ordinal)?.by;
      if (by !== undefined && isAtOrAbove(locate(by, explainable).entry, path)) found.set(keyOf(by), by);
    }
  }
  return [...found.values()];
}

function isAtOrAbove({ path: own }: Entry, path: string): boolean {
  return own === "" || path === own || path.startsWith(`${own}/`);
}

/**
 * R3.1: the way to an entry leads through the symbolic links that its layer has brought by then. What only D5 makes a
 * link, a hard link to one of a lower layer, is not traced.
 */
class LayerLinks {
  readonly #targets = new Map<string, string>();
  readonly #finder = new PathFinder(this.#targets);

  /** Whether an entry under this name is at `path`. The last component is not followed. */
  leadsTo(name: string, path: string): boolean {
    if (this.#targets.size === 0) return name === path;
    return baseName(name) === baseName(path) && this.#place(name) === path;
  }

  learn(entry: Entry): void {
    const { type, path, linkPath = "" } = entry;
    if (isMarker(entry) || (type !== "symlink" && this.#targets.size === 0)) return;
    const place = this.#place(path);
    const target =
      type === "symlink" ? linkPath : type === "hardlink" ? this.#targets.get(this.#place(linkPath)) : undefined;
    if (target === undefined) this.#targets.delete(place);
    else this.#targets.set(place, target);
  }

  #place(name: string): string {
    return this.#finder.tryResolve(name, { last: false }) ?? name;
  }
}

/** A whiteout or a mark of a directory above the path. */
function isAbove({ type, path: own }: Entry, path: string): boolean {
  return (type === "whiteout" || type === "opaque") && (own === "" || path.startsWith(`${own}/`));
}

/** The entry that the flat layer has there, which may be one through a link of a lower layer. */
function flatSource(path: string, { plan }: Explainable): Place[] {
  for (const { fields, source, layer } of plan.entries) {
    if (fields.path === path) return source === undefined ? [] : [{ layer, ordinal: source.ordinal }];
  }
  return [];
}

interface EffectInput {
  readonly path: string;
  /** Whether an entry that made the path is hidden by it. */
  readonly hides: boolean;
}

function effectOf({ entry, makes, links, hidden }: Found, { path, hides }: EffectInput): ExplainEffect {
  if (makes) return hides ? "changes" : "adds";
  const whiteout = entry.type === "whiteout" || hidden?.reason === "marker";
  if (entry.type === "opaque") return entry.path === path ? "empties" : hides ? "hides" : "nothing";
  if (whiteout) return hides ? "removes" : "nothing";
  if (links) return "links";
  return hides ? "replaces" : "holds";
}

function describeStep(found: Found, effect: ExplainEffect, explainable: Explainable): PathStep {
  const { hidden } = found;
  const because = hidden && describeHidden(found.entry, hidden, explainable);
  return { ...entryFacts(found), effect, ...(because !== undefined && { hidden: because }) };
}

function entryFacts({ layer, ordinal, entry }: Omit<Found, "makes" | "links" | "hidden">): EntryFacts {
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

/** A device 0:0 is a whiteout too. */
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
