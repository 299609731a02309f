import type { Context } from "../../context.ts";
import type { RunOptions } from "../../flatten-options.ts";
import { loadImages } from "../../image/load-images.ts";
import type { Source } from "../../transport/contracts.ts";
import { openSource } from "../../transport/open-source.ts";
import type { Servers } from "../../transport/servers.ts";
import type { AnalyzedSource, ImageAnalysis } from "./analysis-result.ts";
import { analyzeImage } from "./analyze-image.ts";
import type { KnownLayers } from "./known-layers.ts";

/** What the analyses of one run share. */
export interface AnalysisRun {
  readonly options: RunOptions & { readonly most?: number };
  readonly servers: Servers;
  readonly known: KnownLayers;
}

/**
 * Analyzes what a reference names. Temporary files of one source, such as what an engine saves, are removed before the
 * next one is opened.
 */
export async function analyzeText(text: string, shared: AnalysisRun, run: Context): Promise<AnalyzedSource> {
  await using scratch = run.scratch.sibling();
  const context = { ...run, scratch };
  await using from = await openSource(text, context, shared.servers);
  return await analyzeSource(from, shared, context);
}

/** How {@link analyzeSource} analyzes. */
export interface SourceJob extends Pick<AnalysisRun, "options" | "known"> {
  /** Accepts manifests and indexes without an image. */
  readonly maybeNone?: boolean;
  /** Awaited when the source is loaded, before its layers are read. */
  readonly turn?: () => Promise<void>;
}

const MOST = 10;

/** Analyzes all images of a source, or those for the platforms. */
export async function analyzeSource(from: Source, job: SourceJob, context: Context): Promise<AnalyzedSource> {
  const { options, known, maybeNone, turn } = job;
  const loaded = await loadImages(from, { platforms: options.platforms, all: true, maybeNone }, context);
  await turn?.();
  const images: ImageAnalysis[] = [];
  const each = { from, options, known, most: options.most ?? MOST };
  for (const image of loaded.images) images.push(await analyzeImage(image, each, context));
  return {
    source: from.reference.text,
    names: from.names,
    digest: loaded.root.digest,
    mediaType: loaded.root.mediaType,
    images,
    diagnostics: [...from.diagnostics, ...loaded.diagnostics],
  };
}
