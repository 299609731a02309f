import { chainIds } from "../../oci/chain-id.ts";
import type { Action } from "./advice-result.ts";
import type { AnalyzedLayer, AnalyzedSource, ImageAnalysis } from "./analysis-result.ts";
import type { FleetAnalysis, FleetBytes, FleetImage } from "./fleet-result.ts";

/**
 * Weighs several images together: each layer is stored and pulled once, however many images have it, so what one image
 * gains by being flat may cost another one its sharing. Chooses for each image what makes the whole smallest, and
 * leaves it where that is not worth a change. Undefined for a single image.
 */
export function analyzeFleet(sources: readonly AnalyzedSource[]): FleetAnalysis | undefined {
  const all = sources.flatMap(({ source, images }) => images.map((image) => ({ source, image })));
  if (all.length < 2) return undefined;
  const stacks = all.map(({ image }) => image.layers.map(({ diffId }) => diffId)).map(chainIds);
  const members = all.map(({ source, image }, at) => memberOf({ source, image }, stacks, at));
  const leave = members.map((): Action => "leave");
  const flat = members.map((): Action => "flatten");
  const [careful, bold] = [improve(members, leave), improve(members, flat)];
  const chosen = weight(members, bold) < (1 - WORTH_SHARE) * weight(members, careful) ? bold : careful;
  const best = chosen.map((action, at) => worthIt(members, { choice: chosen, action, at }));
  return {
    now: bytesOf(members, leave),
    advised: bytesOf(members, best),
    allFlat: bytesOf(members, flat),
    images: members.map((member, at) => describe(members, { member, choice: best, at })),
  };
}

/** Something that is stored once. */
interface Piece extends FleetBytes {
  /** In engines, and in registries. */
  readonly chain: string;
  readonly blob: string;
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

function memberOf({ source, image }: Named, stacks: readonly (readonly string[])[], at: number): Member {
  const chain = stacks[at] ?? [];
  const shared = stacks.reduce(
    (most, other, number) => (number === at ? most : Math.max(most, prefix(chain, other))),
    0,
  );
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

function prefix(a: readonly string[], b: readonly string[]): number {
  const end = a.findIndex((id, at) => id !== b[at]);
  return end === -1 ? a.length : end;
}

function pieceOf({ digest, uncompressedSize, size }: AnalyzedLayer, chain: string): Piece {
  return { chain, blob: digest, storage: uncompressedSize, pull: size };
}

function keptBytes({ keptSize, size, uncompressedSize }: AnalyzedLayer): number {
  return size === 0 ? 0 : Math.round((keptSize / size) * uncompressedSize);
}

const ACTIONS: readonly Action[] = ["leave", "squash above the base", "flatten"];
/** The choice of one image hangs on those of the others; this often settles it, and no more is gained by going on. */
const ROUNDS = 6;

/**
 * Chooses image by image what is best given what the others do, until nothing changes. Of equal choices the one that
 * changes least.
 */
function improve(members: readonly Member[], start: readonly Action[]): readonly Action[] {
  const choice = [...start];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = choice.join();
    for (const at of members.keys()) {
      const weights = ACTIONS.map((action) => weight(members, choice.with(at, action)));
      choice[at] = ACTIONS[weights.indexOf(Math.min(...weights))] ?? "leave";
    }
    if (choice.join() === before) break;
  }
  return choice;
}

interface Candidate {
  readonly choice: readonly Action[];
  readonly action: Action;
  readonly at: number;
}

/** Below this share of an image nobody would change it. */
const WORTH_SHARE = 0.01;

function worthIt(members: readonly Member[], { choice, action, at }: Candidate): Action {
  if (action === "leave") return action;
  const saved = weight(members, choice.with(at, "leave")) - weight(members, choice.with(at, action));
  const size = weight(members.slice(at, at + 1), ["leave"]);
  return saved >= WORTH_SHARE * size ? action : "leave";
}

function weight(members: readonly Member[], choice: readonly Action[]): number {
  const { storage, pull } = bytesOf(members, choice);
  return storage + pull;
}

function bytesOf(members: readonly Member[], choice: readonly Action[]): FleetBytes {
  const pieces = members.flatMap(({ pieces: each }, at) => each[choice[at] ?? "leave"]);
  const sum = (key: (piece: Piece) => string, size: (piece: Piece) => number): number =>
    [...new Map(pieces.map((piece) => [key(piece), size(piece)])).values()].reduce((total, each) => total + each, 0);
  return {
    storage: sum(
      ({ chain }) => chain,
      ({ storage }) => storage,
    ),
    pull: sum(
      ({ blob }) => blob,
      ({ pull }) => pull,
    ),
  };
}

interface Described {
  readonly member: Member;
  readonly choice: readonly Action[];
  readonly at: number;
}

function describe(members: readonly Member[], { member, choice, at }: Described): FleetImage {
  const { source, platform, sharedLayers } = member;
  const others = members.toSpliced(at, 1);
  const all = members.map((): Action => "leave");
  const own = difference(bytesOf(members, all), bytesOf(others, all));
  const saves = difference(bytesOf(members, choice.with(at, "leave")), bytesOf(members, choice));
  return { source, platform, sharedLayers, own, action: choice[at] ?? "leave", saves };
}

function difference(a: FleetBytes, b: FleetBytes): FleetBytes {
  return { storage: a.storage - b.storage, pull: a.pull - b.pull };
}
