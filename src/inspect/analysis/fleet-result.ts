import type { Action } from "./advice-result.ts";

/** Several images together: what they share, and what changing them would save or cost. */
export interface FleetAnalysis {
  readonly now: FleetBytes;
  /** If the advised action is done for each image. */
  readonly advised: FleetBytes;
  /** If every image were flat, for comparison. */
  readonly allFlat: FleetBytes;
  /** In the order in which they were asked for. */
  readonly images: readonly FleetImage[];
}

/** The bytes that a set of images takes up, every layer counted once. */
export interface FleetBytes {
  /** On the disk of an engine with all images: uncompressed layers; a layer on other lower layers counts again. */
  readonly storage: number;
  /** To pull all images: layers as they are stored in the sources. */
  readonly pull: number;
}

/** One image of the fleet. */
export interface FleetImage {
  readonly source: string;
  readonly platform: string;
  /** Number of layers, from the bottom, that another image of the fleet has too. */
  readonly sharedLayers: number;
  /** What no other image has now. */
  readonly own: FleetBytes;
  readonly action: Action;
  /** What this action saves compared with leaving the image as it is, if the others do what is advised for them. */
  readonly saves: FleetBytes;
}
