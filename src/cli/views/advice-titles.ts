import type { Advice } from "../../index.ts";

/** The question that each piece of advice answers; the report page uses the same titles. */
export const ADVICE_TITLES: Readonly<Record<Advice["topic"], string>> = {
  gain: "Is there anything to gain?",
  "shared-base": "Is the base shared?",
  "smaller-base": "Would a smaller base do?",
  "multi-stage": "Would build stages help?",
  "combine-runs": "Do steps undo each other?",
  prune: "What could be left out?",
  duplicates: "Is anything there twice?",
  "ghost-secrets": "Are there secrets?",
  "layer-limit": "Too many layers?",
  "parallel-pull": "Would one layer pull slower?",
};
