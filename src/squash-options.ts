/** Which layers {@link flatten} squashes; without any of these, all of them. */
export interface SquashOptions {
  /**
   * Layers to squash; the others stay byte for byte: `2-5`, `3-`, `-4`, `first:3`, `last:3`, several joined by commas.
   * Numbers count from 0, the bottom; either end may be a digest or diffID, or its first 7 or more digits, or
   * `history:N`, the N-th entry of the config's history, where 0 is the oldest.
   */
  readonly layers?: string | readonly string[] | undefined;
  /**
   * Squashes everything above a base image, whose layers stay byte for byte: a reference to it, the digest, diffID or
   * chainID of its topmost layer, or `auto`, which looks for it.
   */
  readonly base?: string | undefined;
  /** Merges the adjacent layers that are cheapest to merge until at most this many layers are left. */
  readonly maxLayers?: number | undefined;
  /** Merges adjacent layers whose blobs each have fewer bytes than this. */
  readonly mergeSmallerThan?: number | undefined;
  /**
   * Splits what would be one layer into this many of about the same size, which can be pulled in parallel and mostly
   * stay the same when something changes.
   */
  readonly split?: number | undefined;
}

/** Whether these options may keep any layer as it is. */
export function isSquash({ layers, base, maxLayers, mergeSmallerThan }: SquashOptions): boolean {
  return [layers, base, maxLayers, mergeSmallerThan].some((option) => option !== undefined);
}
