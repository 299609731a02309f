import type { Action } from "./advice-result.ts";

/** Several images together: what they share, and what it would cost to change them. */
export interface FleetAnalysis {
  readonly now: FleetBytes;
  /** When each image got what is advised. */
  readonly advised: FleetBytes;
  /** When every image were flat, for comparison. */
  readonly allFlat: FleetBytes;
  /** In the order in which they were asked for. */
  readonly images: readonly FleetImage[];
}

/** What a set of images takes, every layer counted once. */
export interface FleetBytes {
  /**
   * On the disk of an engine that has all of them: layers uncompressed, the same layer on another stack is another one.
   */
  readonly storage: number;
  /** To pull all of them: layers as they lie in the sources. */
  readonly pull: number;
}

/** One image among the others. */
export interface FleetImage {
  readonly source: string;
  readonly platform: string;
  /** Layers, from the bottom on, that another image of the fleet has too. */
  readonly sharedLayers: number;
  /** What lies in no other image now. */
  readonly own: FleetBytes;
  readonly action: Action;
  /** What the fleet takes less with this action than with the image as it is, the others as advised. */
  readonly saves: FleetBytes;
}
