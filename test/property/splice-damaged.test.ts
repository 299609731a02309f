import { expect, test } from "vitest";
import { soundSources, spliceByChance } from "../support/damaged-splices.ts";
import { Chance } from "../support/mutated-streams.ts";
import { seed, useSeed } from "../support/seed.ts";

useSeed();

test("what is spliced of a blob that was changed after its scan is right, noticed, or refused by every reader", () => {
  const sources = soundSources();
  const chance = new Chance(seed);
  const outcomes = Array.from({ length: 150 }, () => spliceByChance(sources, chance));
  expect(outcomes.flatMap(({ difference }) => difference ?? [])).toEqual([]);
  expect(new Set(outcomes.map(({ end }) => end))).toEqual(new Set(["right", "noticed", "refused"]));
});
