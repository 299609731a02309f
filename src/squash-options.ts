/** Which layers {@link flatten} makes one of; without any of these, all of them. */
export interface SquashOptions {
  /**
   * Layers to squash, the rest stays byte for byte: `2-5`, `3-`, `-4`, `first:3`, `last:3`, several joined by commas.
   * Numbers count from 0, the bottom; either end may be a digest or diffID, or the first 7 or more digits of one, or
   * `history:N`, the N-th entry of the config's history, the oldest being 0.
   */
  readonly layers?: string | readonly string[] | undefined;
  /**
   * Squashes everything above a base image, whose layers stay byte for byte: a reference to it, the digest, diffID or
   * chainID of its topmost layer, or `auto`, which looks for it.
   */
  readonly base?: string | undefined;
  /** Merges the adjacent layers that are cheapest to merge until so many are left in all. */
  readonly maxLayers?: number | undefined;
  /** Merges adjacent layers that each take fewer bytes as they are stored. */
  readonly mergeSmallerThan?: number | undefined;
  /**
   * Splits what would be one layer into so many of about the same size, which are pulled side by side and mostly stay
   * what they are when something changes.
   */
  readonly split?: number | undefined;
}

/** Whether any layer may stay what it is. */
export function isSquash({ layers, base, maxLayers, mergeSmallerThan }: SquashOptions): boolean {
  return [layers, base, maxLayers, mergeSmallerThan].some((option) => option !== undefined);
}
