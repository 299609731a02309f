import { expect, test } from "vitest";
import { soundSources, spliceByChance } from "../support/damaged-splices.ts";
import { Chance } from "../support/mutated-streams.ts";
import { seed, useSeed } from "../support/seed.ts";

useSeed();

test("splicing a blob that was changed after its scan gives the right bytes, an error, or output that every reader refuses", () => {
  const sources = soundSources();
  const chance = new Chance(seed);
  const outcomes = Array.from({ length: 150 }, () => spliceByChance(sources, chance));
  expect(outcomes.flatMap(({ difference }) => difference ?? [])).toEqual([]);
  expect(new Set(outcomes.map(({ end }) => end))).toEqual(new Set(["right", "noticed", "refused"]));
});
