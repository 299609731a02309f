import { combineRuns, multiStage, sharedBase, smallerBase } from "./advice-on-build.ts";
import { layerLimit, parallelPull } from "./advice-on-pull.ts";
import { duplicates, gain, ghostSecrets, prune } from "./advice-on-size.ts";
import type { Advice } from "./advice-result.ts";
import type { Evidence } from "./evidence.ts";

/** Advice on every topic. */
export function advise(evidence: Evidence): Advice[] {
  return TOPICS.map((topic) => topic(evidence));
}

const TOPICS: readonly ((evidence: Evidence) => Advice)[] = [
  gain,
  sharedBase,
  smallerBase,
  multiStage,
  combineRuns,
  prune,
  duplicates,
  ghostSecrets,
  layerLimit,
  parallelPull,
];
