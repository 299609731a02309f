import { idleOptions } from "./check-effects.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { createEncoder } from "./encode/encoders.ts";
import type { LayerEncoder } from "./encode/layer-encoder.ts";
import type { FlattenOptions } from "./flatten-options.ts";
import { chooseCompression } from "./image/choose-compression.ts";
import { chooseFamily } from "./image/choose-family.ts";
import { droppedDiagnostic } from "./image/index-tree.ts";
import type { LoadedImages } from "./image/load-images.ts";
import type { Family } from "./oci/media-type.ts";
import { type ChosenStack, keptCompressions } from "./squash/choose-stacks.ts";
import type { Destination, Source } from "./transport/contracts.ts";

/** A stack of layers, and what writes those that are made of it. */
export interface FormedStack extends ChosenStack {
  readonly encoder: LayerEncoder;
}

/** How the images of one result are written, known before the first layer is read. */
export interface Forms {
  /** In the order of the images. An index may list an image twice, with gzip and with zstd: each stays what it is. */
  readonly stacks: readonly FormedStack[];
  /** All images share it. */
  readonly family: Family;
  /** Those that belong to no single image, except what becomes of attestations. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What {@link chooseForms} decides from. */
export interface FormsJob {
  readonly from: Source;
  readonly to: Destination;
  readonly loaded: LoadedImages;
  readonly stacks: readonly ChosenStack[];
  readonly options: FlattenOptions;
}

/**
 * Chooses the compression of each image, and the family of all.
 * @throws UsageError ARGUMENT_INVALID for a compression that the destination cannot hold, and for a level that the
 * compression does not have
 */
export function chooseForms({ from, to, loaded, options, ...chosen }: FormsJob): Forms {
  const { compression, compressionLevel } = options;
  const stacks = chosen.stacks.map((stack) => {
    const encoder = createEncoder(chooseCompression(stack.image, to.accepts, compression), compressionLevel);
    return { ...stack, encoder };
  });
  const compressions = [...stacks.map(({ encoder }) => encoder.compression), ...keptCompressions(stacks, to)];
  const annotations = options.annotations !== undefined || options.provenance === "annotate";
  const { family, diagnostics } = chooseFamily(loaded.images, to.accepts, { compressions, annotations });
  const idle = idleOptions(options, { to, loaded });
  return { stacks, family, diagnostics: [...sourceDiagnostics(from, loaded), ...diagnostics, ...idle] };
}

/** The diagnostics of a source, without those about attestations, which are only known at the end. */
export function sourceDiagnostics({ diagnostics }: Source, loaded: LoadedImages): Diagnostic[] {
  const dropped = loaded.others.filter(({ what }) => what !== "attestation").map(droppedDiagnostic);
  return [...diagnostics, ...loaded.diagnostics, ...dropped];
}
