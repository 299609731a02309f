import type { DiffId } from "../oci/digest.ts";

/** One layer of a new image, and which layers of the old image it was made from. */
export interface RebuiltLayer {
  readonly diffId: DiffId;
  /** True if it is the layer `first`, unchanged. */
  readonly kept: boolean;
  /** Numbers of the lowest and the topmost of them, 0 = bottom; 0 and -1 for the layer of an image that had none. */
  readonly first: number;
  readonly last: number;
}
