/** A layer that stays what it is, byte for byte. */
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
  /** The topmost one, which belongs to it; `first - 1` of a stack without layers. */
  readonly last: number;
  /** Layers to make of it; 1 by default. Fewer come out where there are not as many entries. */
  readonly parts?: number | undefined;
}

/** What becomes of each layer of a stack, bottom first: every layer belongs to exactly one stretch. */
export type Partition = readonly (KeptStretch | SquashedStretch)[];

/** The partition that flattens: all layers become one, or so many parts. */
export function wholeStack(layers: number, parts = 1): Partition {
  return [{ kind: "squash", first: 0, last: layers - 1, parts }];
}
