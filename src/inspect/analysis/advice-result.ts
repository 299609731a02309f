/** What to do with an image. */
export type Action = "flatten" | "squash above the base" | "leave";

/** What to do with an image, and the strongest reason. */
export interface Recommendation {
  readonly action: Action;
  readonly reason: string;
}

/** Topics of advice; each occurs once per image. */
export type AdviceTopic =
  | "gain"
  | "shared-base"
  | "smaller-base"
  | "multi-stage"
  | "combine-runs"
  | "prune"
  | "duplicates"
  | "ghost-secrets"
  | "layer-limit"
  | "parallel-pull";

/** Advice on one topic, from the image's layers and history. */
export interface Advice {
  readonly topic: AdviceTopic;
  /**
   * `act`: there is something to gain; `mind`: it may be a reason against flattening, or cannot be decided from the
   * image alone; `fine`: nothing to do.
   */
  readonly verdict: "act" | "mind" | "fine";
  /** What was found, with figures, and what follows from it; for people. */
  readonly text: string;
  /** The bytes that the advice is about. */
  readonly bytes?: number | undefined;
  /** Numbers of the layers that the advice is about, bottom first. */
  readonly layers?: readonly number[] | undefined;
}
