import type { Diagnostic } from "../diagnostic.ts";
import type { ImageConfig } from "../oci/config.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { DiffId } from "../oci/digest.ts";
import type { Document } from "../oci/document.ts";
import type { Manifest } from "../oci/manifest.ts";
import type { Family } from "../oci/media-type.ts";
import type { Platform } from "../oci/platform.ts";

/** One platform's image, read and checked: its documents are verified, its layers are not read yet. */
export interface Image {
  /** From the index, else from its config, else assumed. */
  readonly platform: Platform;
  readonly manifest: Document<Manifest>;
  readonly config: Document<ImageConfig>;
  /** Bottom first; as many as the config has diffIDs. */
  readonly layers: readonly ImageLayer[];
  /** The family of its manifest. */
  readonly family: Family;
  /** What was ignored or assumed when it was read. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A layer as the manifest and the config name it. */
export interface ImageLayer {
  readonly descriptor: Descriptor;
  readonly diffId: DiffId;
}

/**
 * Identifies a layer by its contents: the same blob may be in a stack several times. With another diffID it counts as
 * another layer, and one of the two is invalid.
 */
export function layerKey({ descriptor, diffId }: ImageLayer): string {
  return `${descriptor.digest} ${diffId}`;
}
