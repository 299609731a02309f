import type { Diagnostic } from "./diagnostic.ts";
import type { Attestation } from "./image/attestations.ts";
import type { Image } from "./image/image.ts";
import type { Descriptor } from "./oci/descriptor.ts";
import type { Digest } from "./oci/digest.ts";
import { formatPlatform } from "./oci/platform.ts";
import type { ExcludedBy, Exclusions } from "./plan/merge-plan.ts";
import { type PlannedLayer, planDiagnostics } from "./plan/plan-stack.ts";
import type { ProvenanceStatement } from "./provenance/provenance-statement.ts";
import type { LayerIndex } from "./scan/layer-index.ts";
import type { FoundBase } from "./squash/found-base.ts";
import type { EncodedLayer } from "./transport/contracts.ts";
import type { Verification } from "./verify/verification.ts";

/** What a flatten did: the same object that `--format json` prints. All sizes are in bytes. */
export interface FlattenResult {
  /** What was read and written, as references that can be typed. */
  readonly source: string;
  readonly destination: string;
  /** Names given to the result. */
  readonly tags: readonly string[];
  /**
   * Digest and media type of what the destination names: a manifest, or an index; of a root filesystem, which has
   * neither, the layer that its tar is.
   */
  readonly digest: Digest;
  readonly mediaType: string;
  /** One a platform, in the order of the index. */
  readonly images: readonly FlattenedImage[];
  /** Those that belong to no single image; each image has its own. */
  readonly diagnostics: readonly Diagnostic[];
  /** Temporary files took as many bytes at most. */
  readonly scratchBytes: number;
  /**
   * Signatures, attestations and the like of the source that do not apply to the result, those of its index first;
   * absent where there are none.
   */
  readonly attestations?: readonly Attestation[] | undefined;
  /** What the result was made of, for somebody to sign; absent unless it was asked for. */
  readonly provenance?: ProvenanceStatement | undefined;
  /** Whether the result, read back, is the same as the source; absent unless it was asked for. */
  readonly verified?: Verification | undefined;
  readonly milliseconds: number;
}

/**
 * One platform's image before and after. Sizes are in bytes: `size` of all blobs of layers, `uncompressedSize` of their
 * tars.
 */
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
  readonly after: {
    /** Absent where the result is a root filesystem, which has none. */
    readonly manifest?: Digest;
    readonly config: Digest;
    /** Bottom first; one, unless only some of the source's were to be squashed or the result was to be split. */
    readonly layers: readonly NewLayer[];
  };
  /** The base that its layers were kept for; absent unless one was asked for. */
  readonly base?: FoundBase | undefined;
  readonly entries: { readonly kept: number; readonly hidden: number };
  /** What each rule of `exclude` and `prune` took away; absent where there is none. */
  readonly excluded?: readonly ExcludedBy[] | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A layer of a result, and what it was made of. */
export interface NewLayer extends EncodedLayer {
  /** True when it is one of the source's, byte for byte where the destination takes its compression. */
  readonly kept: boolean;
  /** The lowest and the topmost of the source's layers in it, 0 = bottom. */
  readonly first: number;
  readonly last: number;
}

/** A layer that was written. */
export interface WrittenLayer extends NewLayer {
  readonly descriptor: Descriptor;
}

/** The account of one stack of layers, and of the layers that it became. */
export interface FlatLayers extends Pick<FlattenedImage, "alreadyFlat" | "entries" | "diagnostics"> {
  readonly before: Pick<FlattenedImage["before"], "layers" | "cachedLayers" | "size" | "uncompressedSize">;
  /** Bottom first. */
  readonly written: readonly WrittenLayer[];
  readonly exclusions: Exclusions | undefined;
  /** Of the files that were made for these layers alone. */
  readonly scratchBytes: number;
}

/** What the stages knew of a stack of layers when it was flat. */
export interface FinishedLayers {
  readonly layers: readonly LayerIndex[];
  readonly planned: readonly PlannedLayer[];
  readonly written: readonly WrittenLayer[];
  readonly scratchBytes: number;
}

/** Keeps the figures and lets go of the plans, which may hold a million entries. */
export function describeLayers({ layers, planned, written, scratchBytes }: FinishedLayers): FlatLayers {
  const sum = (size: (layer: LayerIndex) => number): number => layers.reduce((total, each) => total + size(each), 0);
  const scanned = layers.flatMap(({ diagnostics }, number) =>
    diagnostics.map((found) => ({ ...found, layer: number })),
  );
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
    diagnostics: [...scanned, ...planned.flatMap(planDiagnostics)],
  };
}

/** Entries of a range's own layers that are not in what it became. */
function hiddenIn({ first, last, plan }: Extract<PlannedLayer, { kind: "made" }>): number {
  let entries = 0;
  for (let layer = first; layer <= last; layer += 1) entries += plan.hidden.lengthOf(layer);
  return entries;
}

/** What became of an image besides its layers. */
export interface FlattenedDocuments {
  readonly config: Descriptor;
  readonly manifest: Descriptor | undefined;
  readonly base: FoundBase | undefined;
}

/** The account of one image in a {@link FlattenResult}. */
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
