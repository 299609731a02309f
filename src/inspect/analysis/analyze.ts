import { checkArguments } from "../../check-values.ts";
import type { Context } from "../../context.ts";
import { inStage } from "../../errors.ts";
import type { RunOptions } from "../../flatten-options.ts";
import { findPlace } from "../../images/find-place.ts";
import { startRun } from "../../run.ts";
import { SharedPlaces, type SharedSource } from "../../transport/shared-places.ts";
import { typedServers } from "../../transport/typed-servers.ts";
import type { AnalysisResult, AnalyzedSource } from "./analysis-result.ts";
import { type AnalyzedPlace, analyzePlace } from "./analyze-place.ts";
import { type AnalysisRun, analyzeSource, analyzeText } from "./analyze-source.ts";
import { analyzeFleet } from "./fleet.ts";
import { checkGates, parseGates } from "./gates.ts";
import { KnownLayers } from "./known-layers.ts";
import { type NamedImage, namedImages } from "./named-images.ts";
import { readingOrder } from "./reading-order.ts";

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

async function analyzeEach(
  sources: readonly string[],
  options: AnalyzeOptions,
  run: Context,
): Promise<Pick<AnalyzedPlace, "analyzed"> & Partial<AnalyzedPlace>> {
  const { allOf } = options;
  const place = allOf === undefined ? undefined : await findPlace(allOf, options, run);
  const servers = typedServers(options, { sources, place });
  await using named = place && (await namedImages(place, servers, run));
  const shared = { options, servers, known: new KnownLayers() };
  const total = sources.length + (named?.images.length ?? 0);
  const begin = (label: string, number: number): void => {
    if (total > 1) run.report({ type: "image", label, number, total });
  };
  const analyzed = await analyzeTexts({ texts: sources, begin }, shared, run);
  if (place === undefined || named === undefined) return { analyzed };
  const beginNamed = ({ text }: NamedImage, at: number): void => begin(text, sources.length + at + 1);
  const found = await analyzePlace({ place, named, begin: beginNamed }, shared, run);
  return { ...found, analyzed: [...analyzed, ...found.analyzed] };
}

interface TextsJob {
  readonly texts: readonly string[];
  /** Is told of each text that is read next, and its number from 1 on. */
  begin(text: string, number: number): void;
}

async function analyzeTexts({ texts, begin }: TextsJob, shared: AnalysisRun, run: Context): Promise<AnalyzedSource[]> {
  await using places = new SharedPlaces(texts, shared.servers, run);
  const placed: (SharedSource | undefined)[] = [];
  for (const text of texts) placed.push(await places.find(text));
  const analyzed: AnalyzedSource[] = [];
  for (const [turn, at] of readingOrder(placed).entries()) {
    const text = texts[at] ?? "";
    begin(text, turn + 1);
    analyzed[at] = await (placed[at]?.use((from) => analyzeSource(from, shared, run)) ??
      analyzeText(text, shared, run));
  }
  return analyzed;
}
