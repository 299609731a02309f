import type { Diagnostic } from "./diagnostic.ts";
import type { Attestation } from "./image/attestations.ts";
import type { Image } from "./image/image.ts";
import type { Descriptor } from "./oci/descriptor.ts";
import type { Digest } from "./oci/digest.ts";
import { formatPlatform } from "./oci/platform.ts";
import type { ExcludedBy, Exclusions } from "./plan/merge-plan.ts";
import { type PlannedLayer, planDiagnostics } from "./plan/plan-stack.ts";
import type { ProvenanceStatement } from "./provenance/provenance-statement.ts";
import { layerDiagnostics } from "./scan/layer-diagnostics.ts";
import type { LayerIndex } from "./scan/layer-index.ts";
import type { FoundBase } from "./squash/found-base.ts";
import type { EncodedLayer } from "./transport/contracts.ts";
import type { Verification } from "./verify/verification.ts";

/** What a flatten did: the same object that `--format json` prints. All sizes are in bytes. */
export interface FlattenResult {
  /** References to what was read and written. */
  readonly source: string;
  readonly destination: string;
  /** Names given to the result. */
  readonly tags: readonly string[];
  /**
   * Digest and media type of what the destination names: a manifest or an index; for a root filesystem, which has
   * neither, those of its tar.
   */
  readonly digest: Digest;
  readonly mediaType: string;
  /** One per platform, in the order of the index. */
  readonly images: readonly FlattenedImage[];
  /** Those that belong to no single image; each image has its own. */
  readonly diagnostics: readonly Diagnostic[];
  /** The most bytes that temporary files took up at a time. */
  readonly scratchBytes: number;
  /**
   * Signatures, attestations and the like of the source that do not apply to the result, those of its index first;
   * absent if there are none.
   */
  readonly attestations?: readonly Attestation[] | undefined;
  /** What the result was made from, to be signed by another tool; absent unless it was asked for. */
  readonly provenance?: ProvenanceStatement | undefined;
  /** How the result, read back, compares with the source; absent unless it was asked for. */
  readonly verified?: Verification | undefined;
  readonly milliseconds: number;
}

/**
 * One platform's image before and after. Sizes are in bytes: `size` is that of all layer blobs, `uncompressedSize` that
 * of their tars.
 */
export interface FlattenedImage {
  /** `os/arch[/variant]`. */
  readonly platform: string;
  /** True if the source was flat already: its layer's tar was then kept byte for byte. */
  readonly alreadyFlat: boolean;
  readonly before: {
    readonly manifest: Digest;
    readonly config: Digest;
    readonly layers: number;
    /** How many of the layers were in the cache, so that they were not scanned. */
    readonly cachedLayers: number;
    readonly size: number;
    readonly uncompressedSize: number;
  };
  readonly after: {
    /** Absent if the result is a root filesystem, which has none. */
    readonly manifest?: Digest;
    readonly config: Digest;
    /** Bottom first; one layer, unless only some of the source's were squashed or the result was split. */
    readonly layers: readonly NewLayer[];
  };
  /** The base image whose layers were kept; absent unless `base` was given. */
  readonly base?: FoundBase | undefined;
  readonly entries: { readonly kept: number; readonly hidden: number };
  /** What each rule of `exclude` and `prune` left out; absent if there are no rules. */
  readonly excluded?: readonly ExcludedBy[] | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A layer of a result, and which layers it was made from. */
export interface NewLayer extends EncodedLayer {
  /** True if it is a layer of the source; its blob is the same if the destination accepts its compression. */
  readonly kept: boolean;
  /** Numbers of the lowest and the topmost layer of the source in it, 0 = bottom. */
  readonly first: number;
  readonly last: number;
}

/** A layer that was written, with its descriptor. */
export interface WrittenLayer extends NewLayer {
  readonly descriptor: Descriptor;
}

/** What became of one stack of layers, with figures for the result. */
export interface FlatLayers extends Pick<FlattenedImage, "alreadyFlat" | "entries" | "diagnostics"> {
  readonly before: Pick<FlattenedImage["before"], "layers" | "cachedLayers" | "size" | "uncompressedSize">;
  /** Bottom first. */
  readonly written: readonly WrittenLayer[];
  readonly exclusions: Exclusions | undefined;
  /** Of the temporary files for these layers alone. */
  readonly scratchBytes: number;
}

/** What {@link describeLayers} summarizes when a stack of layers is written. */
export interface FinishedLayers {
  readonly layers: readonly LayerIndex[];
  readonly planned: readonly PlannedLayer[];
  readonly written: readonly WrittenLayer[];
  readonly scratchBytes: number;
}

/** Returns the figures without references to the plans, which may hold a million entries. */
export function describeLayers({ layers, planned, written, scratchBytes }: FinishedLayers): FlatLayers {
  const sum = (size: (layer: LayerIndex) => number): number => layers.reduce((total, each) => total + size(each), 0);
  const made = planned.filter((layer) => layer.kind === "made");
  return {
    alreadyFlat: made.every(({ plan }) => plan.alreadyFlat),
    before: {
      layers: layers.length,
      cachedLayers: layers.filter(({ cached }) => cached).length,
      size: sum(({ descriptor }) => descriptor.size),
      uncompressedSize: sum(({ size }) => size),
    },
    written,
    exclusions: made.find(({ plan }) => plan.exclusions !== undefined)?.plan.exclusions,
    scratchBytes,
    entries: {
      kept: made.reduce((total, { plan }) => total + plan.entryCount, 0),
      hidden: [...new Map(made.map((part) => [part.first, part])).values()].reduce(
        (total, range) => total + hiddenIn(range),
        0,
      ),
    },
    diagnostics: [...layerDiagnostics(layers.entries()), ...planned.flatMap(planDiagnostics)],
  };
}

/** How many entries of a range's own layers are not in the result. */
function hiddenIn({ first, last, plan }: Extract<PlannedLayer, { kind: "made" }>): number {
  let entries = 0;
  for (let layer = first; layer <= last; layer += 1) entries += plan.hidden.lengthOf(layer);
  return entries;
}

/** The documents of a flat image, and its base. */
export interface FlattenedDocuments {
  readonly config: Descriptor;
  readonly manifest: Descriptor | undefined;
  readonly base: FoundBase | undefined;
}

/** The entry for one image in a {@link FlattenResult}. */
export function describeFlattened(
  image: Image,
  { alreadyFlat, before, written, entries, exclusions, diagnostics }: FlatLayers,
  { config, manifest, base }: FlattenedDocuments,
): FlattenedImage {
  const layers = written.map(({ descriptor: _, ...layer }): NewLayer => layer);
  const source = { manifest: image.manifest.descriptor.digest, config: image.manifest.json.config.digest };
  return {
    platform: formatPlatform(image.platform),
    alreadyFlat,
    before: { ...source, ...before },
    after: { ...(manifest !== undefined && { manifest: manifest.digest }), config: config.digest, layers },
    ...(base !== undefined && { base }),
    entries,
    ...(exclusions !== undefined && { excluded: exclusions.rules }),
    diagnostics,
  };
}
