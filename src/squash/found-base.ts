import type { Digest } from "../oci/digest.ts";

/** The base of an image, and how it was found. */
export interface FoundBase {
  /** How many of the image's lowest layers are the base's. */
  readonly layers: number;
  /**
   * `named`: the one that was asked for. `layer`: up to the layer that was asked for. `annotation`: the image's own
   * annotations name it. `neighbour`: an image in the same place has these layers. `history`: where the history looks
   * like the end of an image.
   */
  readonly how: "named" | "layer" | "annotation" | "neighbour" | "history";
  /** Its name: a reference, a name in the same place, a digest or a line of the history. */
  readonly name: string;
  /** Of its manifest, if known. */
  readonly digest?: Digest | undefined;
}
