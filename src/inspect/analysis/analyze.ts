import type { Context } from "../../context.ts";
import { inStage } from "../../errors.ts";
import type { RunOptions } from "../../flatten-options.ts";
import { loadImages } from "../../image/load-images.ts";
import { startRun } from "../../run.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import { openSource } from "../../transport/open-source.ts";
import type { Servers } from "../../transport/servers.ts";
import { typedServers } from "../../transport/typed-servers.ts";
import type { AnalysisResult, AnalyzedSource, ImageAnalysis } from "./analysis-result.ts";
import { analyzeImage } from "./analyze-image.ts";
import { analyzeFleet } from "./fleet.ts";
import { checkGates, parseGates } from "./gates.ts";

/** What {@link analyze} may be told besides. */
export interface AnalyzeOptions extends RunOptions {
  /** How many of the largest each list holds; 10 by default. */
  readonly most?: number;
  /**
   * Conditions under which an image is not good enough, such as `wasted>50MB`, `efficiency<0.9` or `ghost-secrets`;
   * `gates` in the result says which held.
   */
  readonly failOn?: readonly string[];
}

const MOST = 10;

/**
 * Tells what images waste, hide and could do without, and whether to flatten them: layers, efficiency, hidden files,
 * duplicates, prunable content, ghosts and advice. Reads every layer once, writes nothing; what several images share is
 * scanned for the first of them alone. Of several images it is also told what they take together, and what is best for
 * all.
 * @throws FlattenError whose `code` says what was wrong and whose `stage` says where it was found
 */
export async function analyze(sources: readonly string[], options: AnalyzeOptions = {}): Promise<AnalysisResult> {
  const gates = options.failOn && parseGates(options.failOn);
  await using run = startRun(options);
  const analyzed: AnalyzedSource[] = [];
  const known = new Map<string, LayerIndex>();
  const servers = await inStage("open", () => typedServers(options, { sources }));
  for (const source of sources) analyzed.push(await analyzeSource(source, { options, servers, known }, run.context));
  const fleet = analyzeFleet(analyzed);
  return { sources: analyzed, ...(fleet && { fleet }), ...(gates && { gates: checkGates(analyzed, gates) }) };
}

interface Shared {
  readonly options: AnalyzeOptions;
  readonly servers: Servers;
  /** Layers that earlier images had. */
  readonly known: Map<string, LayerIndex>;
}

async function analyzeSource(source: string, shared: Shared, context: Context): Promise<AnalyzedSource> {
  const { options, servers, known } = shared;
  await using from = await inStage("open", () => openSource(source, context, servers));
  const loaded = await inStage("open", () => loadImages(from, { platforms: options.platforms, all: true }, context));
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
