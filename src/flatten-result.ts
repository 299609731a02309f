import type { Diagnostic } from "./diagnostic.ts";
import type { Image } from "./image/image.ts";
import type { Descriptor } from "./oci/descriptor.ts";
import type { Digest } from "./oci/digest.ts";
import { formatPlatform } from "./oci/platform.ts";
import type { ExcludedBy, Exclusions, MergePlan } from "./plan/merge-plan.ts";
import type { LayerIndex } from "./scan/layer-index.ts";
import type { EncodedLayer } from "./transport/contracts.ts";
import type { Verification } from "./verify/verification.ts";

/** What a flatten did: the same object that `--format json` prints. All sizes are in bytes. */
export interface FlattenResult {
  /** What was read and written, as references that can be typed. */
  readonly source: string;
  readonly destination: string;
  /** Names given to the result. */
  readonly tags: readonly string[];
  /** Digest and media type of what the destination names: a manifest, or an index. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** One a platform, in the order of the index. */
  readonly images: readonly FlattenedImage[];
  /** Those that belong to no single image; each image has its own. */
  readonly diagnostics: readonly Diagnostic[];
  /** Temporary files took as many bytes at most. */
  readonly scratchBytes: number;
  /** Whether the result, read back, is the same as the source; absent unless it was asked for. */
  readonly verified?: Verification | undefined;
  readonly milliseconds: number;
}

export interface FlattenedImage {
  /** `os/arch[/variant]`. */
  readonly platform: string;
  /** True when the source was flat already: layer and config are then the source's, byte for byte. */
  readonly alreadyFlat: boolean;
  readonly before: {
    readonly manifest: Digest;
    readonly config: Digest;
    readonly layers: number;
    /** How many of them the cache knew, so that they were not scanned. */
    readonly cachedLayers: number;
    readonly size: number;
    readonly uncompressedSize: number;
  };
  readonly after: { readonly manifest: Digest; readonly config: Digest; readonly layer: EncodedLayer };
  readonly entries: { readonly kept: number; readonly hidden: number };
  /** What each rule of `exclude` and `prune` took away; absent where there is none. */
  readonly excluded?: readonly ExcludedBy[] | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** The account of one stack of layers, and of the layer that it became. */
export interface FlatLayers extends Pick<FlattenedImage, "alreadyFlat" | "entries" | "diagnostics"> {
  readonly before: Pick<FlattenedImage["before"], "layers" | "cachedLayers" | "size" | "uncompressedSize">;
  readonly layer: EncodedLayer;
  readonly exclusions: Exclusions | undefined;
  /** Of the files that were made for these layers alone. */
  readonly scratchBytes: number;
}

/** What the stages knew of a stack of layers when it was flat. */
export interface FinishedLayers {
  readonly layers: readonly LayerIndex[];
  readonly plan: MergePlan;
  readonly layer: EncodedLayer;
  readonly scratchBytes: number;
}

/** Keeps the figures and lets go of the plan, which may hold a million entries. */
export function describeLayers({ layers, plan, layer, scratchBytes }: FinishedLayers): FlatLayers {
  const sum = (size: (layer: LayerIndex) => number): number => layers.reduce((total, each) => total + size(each), 0);
  const scanned = layers.flatMap(({ diagnostics }, number) =>
    diagnostics.map((found) => ({ ...found, layer: number })),
  );
  return {
    alreadyFlat: plan.alreadyFlat,
    before: {
      layers: layers.length,
      cachedLayers: layers.filter(({ cached }) => cached).length,
      size: sum(({ descriptor }) => descriptor.size),
      uncompressedSize: sum(({ size }) => size),
    },
    layer,
    exclusions: plan.exclusions,
    scratchBytes,
    entries: { kept: plan.entryCount, hidden: plan.hidden.length },
    diagnostics: [...scanned, ...plan.diagnostics],
  };
}

/** The account of one image in a {@link FlattenResult}. */
export function describeFlattened(
  image: Image,
  { alreadyFlat, before, layer, entries, exclusions, diagnostics }: FlatLayers,
  documents: { readonly config: Descriptor; readonly manifest: Descriptor },
): FlattenedImage {
  const { manifest } = image;
  return {
    platform: formatPlatform(image.platform),
    alreadyFlat,
    before: { manifest: manifest.descriptor.digest, config: manifest.json.config.digest, ...before },
    after: { manifest: documents.manifest.digest, config: documents.config.digest, layer },
    entries,
    ...(exclusions !== undefined && { excluded: exclusions.rules }),
    diagnostics,
  };
}
