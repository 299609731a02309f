import { createScratch } from "../bytes/scratch.ts";
import type { Context } from "../context.ts";
import { inStage } from "../errors.ts";
import type { RunOptions } from "../flatten-options.ts";
import { describeImage } from "../inspect/analysis/analyze-image.ts";
import { describeHistory, type PlannedImage } from "../inspect/describe-history.ts";
import { layerHides } from "../inspect/layer-hides.ts";
import { type OneImage, openOneImage } from "../inspect/one-image.ts";
import { planMerge } from "../plan/plan-merge.ts";
import { planStage } from "../progress/plan-stage.ts";
import { planOptions } from "../run.ts";
import { KEEP_NOTHING } from "../scan/kept-bytes.ts";
import type { LayerIndex } from "../scan/layer-index.ts";
import { scanImage } from "../scan/scan-image.ts";
import type { Servers } from "../transport/servers.ts";
import { typedServers } from "../transport/typed-servers.ts";
import { verifyLoaded } from "../verify/verify-loaded.ts";
import { fileColumns } from "./file-columns.ts";
import { type FlatImage, type FlatSide, MAX_DIFFERENCES, REPORT_VERSION, type ReportData } from "./report-data.ts";

/** What {@link gatherReport} reads. */
export interface ReportSubject {
  readonly source: string;
  /** A flat image to compare with; without one the report shows what a flatten would write. */
  readonly flat?: string | undefined;
}

/**
 * Reads an image, and its flat image if given, and returns everything that a report shows. From an index it takes the
 * requested platform, by default linux on this architecture. With `flat` every layer of both images is read twice, the
 * second time by the verifier.
 * @throws FlattenError whose `code` says what was wrong and whose `stage` says where it was found
 */
export async function gatherReport(subject: ReportSubject, options: RunOptions, run: Context): Promise<ReportData> {
  const sources = [subject.source, ...(subject.flat === undefined ? [] : [subject.flat])];
  const servers = await inStage("open", () => typedServers(options, { sources }));
  await using before = await openOneImage(subject.source, { options, servers }, run);
  const planned = await planSide(before, options, run);
  const { image, layers, plan } = planned;
  const flat = await flatSide({ subject, servers, before, planned }, options, run);
  // Idle threads would keep their heaps while the rest is gathered.
  await run.workers.rest();
  const told = [...before.from.diagnostics, ...before.loaded.diagnostics];
  const described = describeHistory(planned);
  return {
    schemaVersion: REPORT_VERSION,
    created: new Date().toISOString(),
    source: before.from.reference.text,
    names: before.from.names,
    image: { ...described, diagnostics: [...told, ...described.diagnostics] },
    analysis: { ...describeImage(image, planned, LARGEST), diagnostics: [] },
    hides: layerHides(planned),
    config: { text: new TextDecoder().decode(image.config.bytes), json: image.config.json },
    files: fileColumns(layers, plan),
    flat,
  };
}

/** Length of the lists in the analysis. */
const LARGEST = 20;

/**
 * Scans the layers for their entries, and with `look` also their contents. No bytes are kept: nothing is read again.
 */
async function scanSide(
  { from, image, look = false }: ScannedSide,
  options: RunOptions,
  run: Context,
): Promise<readonly LayerIndex[]> {
  await using scratch = createScratch(options.scratch);
  const context = { ...run, scratch };
  const { lenientTar = false } = options;
  return await inStage("scan", () => scanImage(image, { source: from, lenientTar, keep: KEEP_NOTHING, look }, context));
}

type ScannedSide = Pick<OneImage, "from" | "image"> & { readonly look?: boolean };

async function planSide(side: OneImage, options: RunOptions, context: Context): Promise<PlannedImage> {
  const layers = await scanSide({ ...side, look: true }, options, context);
  const plan = await planStage({ ...side, layers }, context, () =>
    planMerge(layers, planOptions(options, side.from, context)),
  );
  return { image: side.image, layers, plan };
}

interface Compared {
  readonly servers: Servers;
  readonly subject: ReportSubject;
  readonly before: OneImage;
  readonly planned: PlannedImage;
}

async function flatSide(compared: Compared, options: RunOptions, run: Context): Promise<FlatSide> {
  const { subject, servers, before, planned } = compared;
  const { plan } = planned;
  if (subject.flat === undefined) {
    return { kind: "plan", layers: 1, entries: plan.entryCount, uncompressedSize: plan.size };
  }
  await using after = await openOneImage(subject.flat, { options, servers }, run);
  const layers = await scanSide(after, options, run);
  const { lenientTar = false } = options;
  const placed = [before, after].map(({ from: source, loaded }) => {
    return { source, loaded, view: planOptions(options, source, run).profile };
  });
  const [from, to] = placed;
  if (from === undefined || to === undefined) throw new Error("two images are compared");
  const verification = await verifyLoaded(from, to, { lenientTar, created: false }, run);
  return describeFlat(after, layers, verification);
}

function describeFlat({ from }: OneImage, layers: readonly LayerIndex[], found: FlatImage["verification"]): FlatImage {
  const sum = (count: (layer: LayerIndex) => number): number => layers.reduce((total, each) => total + count(each), 0);
  const images = found.images.map((each) => ({ ...each, differences: each.differences.slice(0, MAX_DIFFERENCES) }));
  return {
    kind: "image",
    source: from.reference.text,
    layers: layers.length,
    entries: sum(({ entries }) => entries.length),
    uncompressedSize: sum(({ size }) => size),
    size: sum(({ descriptor }) => descriptor.size),
    verification: { ...found, images },
    differences: found.images.reduce((total, { differences }) => total + differences.length, 0),
  };
}
