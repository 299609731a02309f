import type { OwnOptions } from "../../check-values.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { inStage } from "../../errors.ts";
import type { RunOptions } from "../../flatten-options.ts";
import type { Image } from "../../image/image.ts";
import type { Digest } from "../../oci/digest.ts";
import { formatPlatform } from "../../oci/platform.ts";
import type { MergePlan } from "../../plan/merge-plan.ts";
import { planMerge } from "../../plan/plan-merge.ts";
import { planStage } from "../../progress/plan-stage.ts";
import { planOptions, startRun } from "../../run.ts";
import { KEEP_NOTHING } from "../../scan/kept-bytes.ts";
import { layerDiagnostics } from "../../scan/layer-diagnostics.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import { scanImage } from "../../scan/scan-image.ts";
import type { Source } from "../../transport/contracts.ts";
import { typedServers } from "../../transport/typed-servers.ts";
import { layerNumbers } from "../layer-numbers.ts";
import { openOneImage } from "../one-image.ts";
import type { FileView } from "./file-view.ts";
import { layerView } from "./layer-view.ts";

/** Options of operations that look into one image. */
export interface LookOptions extends Omit<RunOptions, "strict"> {
  /** Looks into this layer, 0 = bottom, instead of the merged filesystem; the other layers are not read. */
  readonly layer?: number | undefined;
}

/** The image that was looked into; part of every result. */
export interface LookedAt {
  /** A reference to what was read. */
  readonly source: string;
  /** `os/arch[/variant]`. */
  readonly platform: string;
  readonly manifest: Digest;
  /** Set if only one layer was looked into. */
  readonly layer?: number | undefined;
}

/** An open image whose layers are scanned. */
export interface OpenImage {
  readonly from: Source;
  readonly image: Image;
  /** By number; only those that were scanned. */
  readonly layers: ReadonlyMap<number, LayerIndex>;
  readonly view: FileView;
  /** Of all layers; undefined if only one is looked into. */
  readonly plan: MergePlan | undefined;
  readonly lookedAt: LookedAt;
  readonly diagnostics: readonly Diagnostic[];
  readonly context: Context;
}

/** The options of an operation, and which of them are its own. */
interface Asked<Options> {
  readonly options: Options;
  readonly own: OwnOptions<Options>;
}

/**
 * Opens one image (of an index the one for `platforms`, else for linux on this architecture), scans its layers without
 * keeping their bytes, and calls `look` with the merged filesystem, or that of one layer.
 * @throws UsageError ARGUMENT_INVALID for a layer that does not exist; FlattenError of the stages open, scan and plan
 */
export async function lookInto<Options extends LookOptions, Result>(
  source: string,
  { options, own }: Asked<Options>,
  look: (open: OpenImage) => Promise<Result>,
): Promise<Result> {
  await using run = startRun(options, own);
  const { context } = run;
  const servers = await inStage("open", () => typedServers(options, { sources: [source] }));
  await using opened = await openOneImage(source, { options, servers }, context);
  const { from, loaded, image } = opened;
  return await look(await scanned(image, [...from.diagnostics, ...loaded.diagnostics], { from, options, context }));
}

interface Look {
  readonly from: Source;
  readonly options: LookOptions;
  readonly context: Context;
}

async function scanned(image: Image, found: readonly Diagnostic[], look: Look): Promise<OpenImage> {
  const { from, options, context } = look;
  const { layer, lenientTar = false } = options;
  const wanted = layerNumbers(layer === undefined ? undefined : { first: layer, last: layer }, { image, from });
  const indexes = await inStage("scan", () =>
    scanImage(image, { source: from, lenientTar, keep: KEEP_NOTHING, only: wanted, later: true }, context),
  );
  // Idle threads would keep their heaps during `look`.
  await context.workers.rest();
  const layers = new Map(wanted.map((number, at) => [number, indexes[at] as LayerIndex]));
  const lookedAt = {
    source: from.reference.text,
    platform: formatPlatform(image.platform),
    manifest: image.manifest.descriptor.digest,
    ...(layer !== undefined && { layer }),
  };
  const diagnostics = [...found, ...image.diagnostics, ...layerDiagnostics(layers)];
  const open = { from, image, layers, lookedAt, context };
  const only = layer === undefined ? undefined : layers.get(layer);
  if (layer !== undefined && only !== undefined)
    return { ...open, view: layerView(only, layer, context.limits), plan: undefined, diagnostics };
  const plan = await planStage({ image, layers: indexes }, context, () =>
    planMerge(indexes, planOptions(options, from, context)),
  );
  return { ...open, view: plan.entries, plan, diagnostics: [...diagnostics, ...plan.diagnostics] };
}
