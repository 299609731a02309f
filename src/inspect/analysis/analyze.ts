import { createScratch } from "../../bytes/scratch.ts";
import { checkArguments } from "../../check-values.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { inStage, isFlattenError, UsageError } from "../../errors.ts";
import type { RunOptions } from "../../flatten-options.ts";
import { loadImages } from "../../image/load-images.ts";
import { findPlace } from "../../images/find-place.ts";
import { unreadable } from "../../images/list-place.ts";
import type { Digest } from "../../oci/digest.ts";
import { startRun } from "../../run.ts";
import type { Source } from "../../transport/contracts.ts";
import { openSource } from "../../transport/open-source.ts";
import type { Place } from "../../transport/place.ts";
import type { Servers } from "../../transport/servers.ts";
import { SharedPlaces } from "../../transport/shared-places.ts";
import { typedServers } from "../../transport/typed-servers.ts";
import type { AnalysisResult, AnalyzedSource, ImageAnalysis } from "./analysis-result.ts";
import { analyzeImage } from "./analyze-image.ts";
import { analyzeFleet } from "./fleet.ts";
import { checkGates, parseGates } from "./gates.ts";
import { KnownLayers } from "./known-layers.ts";
import { type NamedImage, namedImages } from "./named-images.ts";

/** Options of {@link analyze}. */
export interface AnalyzeOptions extends RunOptions {
  /** How many of the largest each list has; 10 by default. */
  readonly most?: number;
  /**
   * A place whose images with a name are all analyzed, after the sources: `docker-daemon`, `docker://HOST/REPOSITORY`,
   * `oci:DIR` and the like. What is not an image there, or has none for the platforms, is left out; what cannot be read
   * becomes a diagnostic.
   */
  readonly allOf?: string;
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
  await using run = startRun(options, { most: true, failOn: true, allOf: true });
  const gates = options.failOn && parseGates(options.failOn);
  const { analyzed, ...place } = await inStage("open", () => analyzeEach(sources, options, run.context));
  const fleet = analyzeFleet(analyzed);
  const outcomes = gates && checkGates(analyzed, gates);
  return { sources: analyzed, ...(fleet && { fleet }), ...(outcomes && { gates: outcomes }), ...place };
}

interface Analyzed extends Pick<AnalysisResult, "place" | "diagnostics"> {
  readonly analyzed: readonly AnalyzedSource[];
}

async function analyzeEach(sources: readonly string[], options: AnalyzeOptions, run: Context): Promise<Analyzed> {
  const { allOf } = options;
  const place = allOf === undefined ? undefined : await findPlace(allOf, options, run);
  const servers = typedServers(options, { sources, place });
  await using places = new SharedPlaces(sources, servers, run);
  await using named = place && (await namedImages(place, servers, run));
  const shared = { options, servers, places, known: new KnownLayers() };
  const total = sources.length + (named?.images.length ?? 0);
  const begin = (label: string, number: number): void => {
    if (total > 1) run.report({ type: "image", label, number, total });
  };
  const analyzed: AnalyzedSource[] = [];
  for (const [at, text] of sources.entries()) {
    begin(text, at + 1);
    analyzed.push(await openText(text, shared, run, (from, context) => analyzeSource(from, shared, context)));
  }
  if (place === undefined || named === undefined) return { analyzed };
  const here = { ...shared, seen: new Set<Digest>(), unread: [...named.unread] };
  for (const [at, image] of named.images.entries()) {
    begin(image.text, sources.length + at + 1);
    const found = await analyzeNamed(image, here, run);
    if (found !== undefined) analyzed.push(found);
  }
  if (analyzed.length === sources.length) throw nothingIn(place, here.unread);
  return { analyzed, place: place.text, diagnostics: here.unread };
}

interface Shared {
  readonly options: AnalyzeOptions;
  readonly servers: Servers;
  readonly places: SharedPlaces;
  readonly known: KnownLayers;
}

/** Temporary files of one source, such as what an engine saves, are removed before the next one is opened. */
async function openText<Result>(
  text: string,
  { options, servers, places }: Shared,
  run: Context,
  look: (from: Source, context: Context) => Promise<Result>,
): Promise<Result> {
  const placed = await places.find(text);
  if (placed !== undefined) return placed.use((from) => look(from, run));
  await using scratch = createScratch(options.scratch);
  const context = { ...run, scratch };
  await using from = await openSource(text, context, servers);
  return await look(from, context);
}

interface SharedInPlace extends Shared {
  /** What was read under another name. */
  readonly seen: Set<Digest>;
  readonly unread: Diagnostic[];
}

/**
 * Undefined for what is no image or has none for the platforms, for what was read before, and for what cannot be read,
 * unless the place is this image alone.
 */
async function analyzeNamed(image: NamedImage, shared: SharedInPlace, run: Context) {
  const look = async (from: Source, context: Context): Promise<AnalyzedSource | undefined> => {
    const { digest } = await from.resolve();
    if (shared.seen.has(digest)) return undefined;
    shared.seen.add(digest);
    const found = await analyzeSource(from, { ...shared, maybeNone: true }, context);
    return found.images.length === 0 ? undefined : found;
  };
  try {
    return await (image.use?.((from) => look(from, run)) ?? openText(image.text, shared, run, look));
  } catch (error) {
    if (image.alone) throw error;
    if (!isFlattenError(error) || error.code !== "PLATFORM_NOT_FOUND")
      shared.unread.push(unreadable(image.text, error));
    return undefined;
  }
}

function nothingIn({ text }: Place, [first]: readonly Diagnostic[]): UsageError {
  const why = first === undefined ? "has no tagged image" : "has no tagged image that can be read";
  return new UsageError("ARGUMENT_INVALID", `${text} ${why}`, { ...(first && { details: { hint: first.message } }) });
}

interface SharedBySource extends Pick<Shared, "options" | "known"> {
  readonly maybeNone?: boolean;
}

async function analyzeSource(from: Source, shared: SharedBySource, context: Context): Promise<AnalyzedSource> {
  const { options, known, maybeNone } = shared;
  const loaded = await loadImages(from, { platforms: options.platforms, all: true, maybeNone }, context);
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
