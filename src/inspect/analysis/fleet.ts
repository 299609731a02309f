import { type ChainId, chainIds } from "../../oci/chain-id.ts";
import type { Action } from "./advice-result.ts";
import type { AnalyzedLayer, AnalyzedSource, ImageAnalysis } from "./analysis-result.ts";
import type { FleetAnalysis, FleetBytes, FleetImage } from "./fleet-result.ts";
import { type Piece, Shelf } from "./shelf.ts";

/**
 * Analyzes several images together: each layer is stored and pulled once, however many images have it, so flattening
 * one image may cost another one a shared layer. Chooses for each image the action that makes the total smallest, or
 * leaves it if too little is gained. Undefined for a single image.
 */
export function analyzeFleet(sources: readonly AnalyzedSource[]): FleetAnalysis | undefined {
  const all = sources.flatMap(({ source, images }) => images.map((image) => ({ source, image })));
  if (all.length < 2) return undefined;
  const stacks = all.map(({ image }) => image.layers.map(({ diffId }) => diffId)).map(chainIds);
  const holders = countHolders(stacks.flat());
  const members = all.map((named, at) => memberOf(named, stacks[at] ?? [], holders));
  const leave = members.map((): Action => "leave");
  const flat = members.map((): Action => "flatten");
  const [careful, bold] = [improve(members, leave), improve(members, flat)];
  const isBold = shelfOf(members, bold).weight < (1 - WORTH_SHARE) * shelfOf(members, careful).weight;
  const best = worthIt(members, isBold ? bold : careful);
  return {
    now: shelfOf(members, leave).bytes,
    advised: shelfOf(members, best).bytes,
    allFlat: shelfOf(members, flat).bytes,
    images: describe(members, best),
  };
}

interface Member {
  readonly source: string;
  readonly platform: string;
  readonly sharedLayers: number;
  readonly pieces: Readonly<Record<Action, readonly Piece[]>>;
}

interface Named {
  readonly source: string;
  readonly image: ImageAnalysis;
}

/** How many stacks have each chainID; no stack has the same one twice. */
function countHolders(chain: readonly ChainId[]): ReadonlyMap<ChainId, number> {
  const holders = new Map<ChainId, number>();
  for (const id of chain) holders.set(id, (holders.get(id) ?? 0) + 1);
  return holders;
}

function memberOf({ source, image }: Named, chain: readonly ChainId[], holders: ReadonlyMap<ChainId, number>): Member {
  const alone = chain.findIndex((id) => holders.get(id) === 1);
  const shared = alone === -1 ? chain.length : alone;
  const whole = chain.at(-1) ?? "";
  const layers = image.layers.map((layer, number) => pieceOf(layer, chain[number] ?? ""));
  const above = image.layers.slice(shared);
  const squashed: Piece = {
    chain: `${whole} above ${shared}`,
    blob: `${whole} above ${shared}`,
    storage: above.reduce((sum, layer) => sum + keptBytes(layer), 0),
    pull: above.reduce((sum, { keptSize }) => sum + keptSize, 0),
  };
  const flat: Piece = {
    chain: `${whole} flat`,
    blob: `${whole} flat`,
    storage: image.flat.uncompressedSize,
    pull: image.flat.size,
  };
  return {
    source,
    platform: image.platform,
    sharedLayers: shared,
    pieces: {
      leave: layers,
      flatten: layers.length < 2 ? layers : [flat],
      "squash above the base": shared === 0 || above.length < 2 ? layers : [...layers.slice(0, shared), squashed],
    },
  };
}

function pieceOf({ digest, uncompressedSize, size }: AnalyzedLayer, chain: string): Piece {
  return { chain, blob: digest, storage: uncompressedSize, pull: size };
}

function keptBytes({ keptSize, size, uncompressedSize }: AnalyzedLayer): number {
  return size === 0 ? 0 : Math.round((keptSize / size) * uncompressedSize);
}

const ACTIONS: readonly Action[] = ["leave", "squash above the base", "flatten"];
/** The choices depend on each other; after this many rounds they usually no longer change, or little is gained. */
const ROUNDS = 6;

/**
 * Chooses the best action for image after image, given the actions of the others, until nothing changes. Of equally
 * good actions it chooses the one that changes least.
 */
function improve(members: readonly Member[], start: readonly Action[]): readonly Action[] {
  const choice = [...start];
  const shelf = shelfOf(members, choice);
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = choice.join();
    for (const [at, { pieces }] of members.entries()) {
      shelf.take(pieces[choice[at] ?? "leave"]);
      const weights = ACTIONS.map((action) => shelf.with(pieces[action], ({ weight }) => weight));
      const next = ACTIONS[weights.indexOf(Math.min(...weights))] ?? "leave";
      shelf.put(pieces[next]);
      choice[at] = next;
    }
    if (choice.join() === before) break;
  }
  return choice;
}

/** The least share of an image that is worth a change. */
const WORTH_SHARE = 0.01;

/** Replaces choices that save too little with "leave", each judged with all others as they were chosen. */
function worthIt(members: readonly Member[], choice: readonly Action[]): readonly Action[] {
  const shelf = shelfOf(members, choice);
  return members.map(({ pieces }, at) => {
    const action = choice[at] ?? "leave";
    const { storage, pull } = savedBy(shelf, pieces, action);
    return storage + pull >= WORTH_SHARE * new Shelf([pieces.leave]).weight ? action : "leave";
  });
}

function describe(members: readonly Member[], choice: readonly Action[]): FleetImage[] {
  const now = new Shelf(members.map(({ pieces }) => pieces.leave));
  const then = shelfOf(members, choice);
  return members.map(({ source, platform, sharedLayers, pieces }, at) => {
    const action = choice[at] ?? "leave";
    const others = now.without(pieces.leave, ({ bytes }) => bytes);
    const own = difference(now.bytes, others);
    return { source, platform, sharedLayers, own, action, saves: savedBy(then, pieces, action) };
  });
}

/** How much the action on one image saves: the difference to the same shelf with that image as it is. */
function savedBy(shelf: Shelf, pieces: Member["pieces"], action: Action): FleetBytes {
  const unchanged = shelf.without(pieces[action], (others) => others.with(pieces.leave, ({ bytes }) => bytes));
  return difference(unchanged, shelf.bytes);
}

function shelfOf(members: readonly Member[], choice: readonly Action[]): Shelf {
  return new Shelf(members.map(({ pieces }, at) => pieces[choice[at] ?? "leave"]));
}

function difference(a: FleetBytes, b: FleetBytes): FleetBytes {
  return { storage: a.storage - b.storage, pull: a.pull - b.pull };
}
