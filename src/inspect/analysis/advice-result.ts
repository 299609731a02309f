/** What one would do with an image. */
export type Action = "flatten" | "squash above the base" | "leave";

/** What one would do with an image, and the strongest reason. */
export interface Recommendation {
  readonly action: Action;
  readonly reason: string;
}

/** What is considered before one flattens, each once an image. */
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

/** One consideration, answered from the image's layers and history. */
export interface Advice {
  readonly topic: AdviceTopic;
  /**
   * `act`: something can be won here; `mind`: it may speak against flattening, or cannot be told from the image alone;
   * `fine`: nothing to do.
   */
  readonly verdict: "act" | "mind" | "fine";
  /** What was found, with its figures, and what follows. For people. */
  readonly text: string;
  /** What is at stake. */
  readonly bytes?: number | undefined;
  /** Layers that are meant, bottom first. */
  readonly layers?: readonly number[] | undefined;
}
