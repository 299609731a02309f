/** A layer that is kept, byte for byte. */
export interface KeptStretch {
  readonly kind: "keep";
  /** 0 = bottom. */
  readonly layer: number;
}

/** Adjacent layers that become one, or several of about the same size. */
export interface SquashedStretch {
  readonly kind: "squash";
  /** The lowest layer, 0 = bottom. */
  readonly first: number;
  /** The topmost layer, inclusive; `first - 1` for a stack without layers. */
  readonly last: number;
  /** How many layers to make of it; 1 by default, fewer if there are not enough entries. */
  readonly parts?: number | undefined;
}

/** What becomes of each layer of a stack, bottom first: every layer belongs to exactly one stretch. */
export type Partition = readonly (KeptStretch | SquashedStretch)[];

/** The partition that flattens: all layers become one, or `parts` of them. */
export function wholeStack(layers: number, parts = 1): Partition {
  return [{ kind: "squash", first: 0, last: layers - 1, parts }];
}
