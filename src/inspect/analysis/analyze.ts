import { createScratch } from "../../bytes/scratch.ts";
import { checkArguments } from "../../check-values.ts";
import type { Context } from "../../context.ts";
import { inStage } from "../../errors.ts";
import type { RunOptions } from "../../flatten-options.ts";
import { loadImages } from "../../image/load-images.ts";
import { startRun } from "../../run.ts";
import type { Source } from "../../transport/contracts.ts";
import { openSource } from "../../transport/open-source.ts";
import type { Servers } from "../../transport/servers.ts";
import { SharedPlaces } from "../../transport/shared-places.ts";
import { typedServers } from "../../transport/typed-servers.ts";
import type { AnalysisResult, AnalyzedSource, ImageAnalysis } from "./analysis-result.ts";
import { analyzeImage } from "./analyze-image.ts";
import { analyzeFleet } from "./fleet.ts";
import { checkGates, parseGates } from "./gates.ts";
import { KnownLayers } from "./known-layers.ts";

/** Options of {@link analyze}. */
export interface AnalyzeOptions extends RunOptions {
  /** How many of the largest each list has; 10 by default. */
  readonly most?: number;
  /**
   * Conditions under which an image fails, such as `wasted>50MB`, `efficiency<0.9` or `ghost-secrets`; `gates` in the
   * result has their outcome.
   */
  readonly failOn?: readonly string[];
}

const MOST = 10;

/**
 * Analyzes what images waste, hide and do not need, and whether to flatten them: layers, efficiency, hidden files,
 * duplicates, prunable content, ghosts and advice. Reads every layer once, writes nothing; layers that several images
 * share are scanned only once. For several images the result also says what they take up together and what is best for
 * all of them.
 * @throws FlattenError whose `code` says what was wrong and whose `stage` says where it was found
 */
export async function analyze(sources: readonly string[], options: AnalyzeOptions = {}): Promise<AnalysisResult> {
  checkArguments({ sources });
  await using run = startRun(options, { most: true, failOn: true });
  const gates = options.failOn && parseGates(options.failOn);
  const analyzed: AnalyzedSource[] = [];
  const servers = await inStage("open", () => typedServers(options, { sources }));
  await using places = new SharedPlaces(sources, servers, run.context);
  const shared = { options, servers, places, known: new KnownLayers() };
  const total = sources.length;
  for (const [at, source] of sources.entries()) {
    if (total > 1) run.context.report({ type: "image", label: source, number: at + 1, total });
    analyzed.push(await inStage("open", () => analyzeText(source, shared, run.context)));
  }
  const fleet = analyzeFleet(analyzed);
  return { sources: analyzed, ...(fleet && { fleet }), ...(gates && { gates: checkGates(analyzed, gates) }) };
}

interface Shared {
  readonly options: AnalyzeOptions;
  readonly servers: Servers;
  readonly places: SharedPlaces;
  readonly known: KnownLayers;
}

/** Temporary files of one source, such as what an engine saves, are removed before the next one is opened. */
async function analyzeText(text: string, shared: Shared, run: Context): Promise<AnalyzedSource> {
  const placed = await shared.places.find(text);
  if (placed !== undefined) return placed.use((from) => analyzeSource(from, shared, run));
  await using scratch = createScratch(shared.options.scratch);
  const context = { ...run, scratch };
  await using from = await openSource(text, context, shared.servers);
  return await analyzeSource(from, shared, context);
}

async function analyzeSource(from: Source, { options, known }: Shared, context: Context): Promise<AnalyzedSource> {
  const loaded = await loadImages(from, { platforms: options.platforms, all: true }, context);
  const images: ImageAnalysis[] = [];
  const job = { from, options, known, most: options.most ?? MOST };
  for (const image of loaded.images) images.push(await analyzeImage(image, job, context));
  return {
    source: from.reference.text,
    names: from.names,
    digest: loaded.root.digest,
    mediaType: loaded.root.mediaType,
    images,
    diagnostics: [...from.diagnostics, ...loaded.diagnostics],
  };
}
