import { inOrder } from "../../bytes/in-order.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { isFlattenError, UsageError } from "../../errors.ts";
import { unreadable } from "../../images/list-place.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Source } from "../../transport/contracts.ts";
import type { Place } from "../../transport/place.ts";
import type { AnalysisResult, AnalyzedSource } from "./analysis-result.ts";
import { type AnalysisRun, analyzeSource } from "./analyze-source.ts";
import type { NamedImage, NamedImages } from "./named-images.ts";
import { readingOrder } from "./reading-order.ts";
import { type Turn, Turns } from "./turns.ts";

/** The images of a place, analyzed. */
export interface AnalyzedPlace extends Pick<AnalysisResult, "place" | "diagnostics"> {
  readonly analyzed: readonly AnalyzedSource[];
}

/**
 * How many images are loaded while the layers of another one are read, if what they share stays open anyway: what an
 * engine saved for some is removed before it saves others.
 */
const AHEAD = 4;

/** A place to analyze. */
export interface PlaceJob {
  readonly place: Place;
  readonly named: NamedImages;
  /** Is told of each image whose layers are read next, and its number from 0 on. */
  begin(image: NamedImage, number: number): void;
}

/**
 * Analyzes the named images of a place in their order. Left out is what is no image or has none for the platforms, and
 * what was read under another name; what cannot be read becomes a diagnostic, unless the place is this image alone.
 * @throws UsageError ARGUMENT_INVALID if nothing is left
 */
export async function analyzePlace(
  { place, named, begin }: PlaceJob,
  shared: AnalysisRun,
  run: Context,
): Promise<AnalyzedPlace> {
  const stop = new AbortController();
  const context = { ...run, signal: AbortSignal.any([run.signal, stop.signal]) };
  const inPlace = { ...shared, seen: new Set<Digest>() };
  const [toBeNamed, toBeScanned] = [new Turns(), new Turns()];
  const read: ReadImage[] = [];
  const readNext = async ([turn, at]: readonly [number, number]): Promise<void> => {
    using naming = toBeNamed.take();
    using scanning = toBeScanned.take();
    const image = named.images[at] as NamedImage;
    const begun = { ...inPlace, turns: { naming, scanning }, begin: () => begin(image, turn) };
    try {
      read[at] = await analyzeNamed(image, begun, context);
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  };
  const ahead = named.images.every(({ batch }) => batch === undefined) ? AHEAD : 0;
  for await (const _ of inOrder(readingOrder(named.images).entries(), readNext, { ahead, signal: run.signal }));
  const analyzed = read.flatMap(({ analyzed = [] }) => analyzed);
  const unread = [...named.unread, ...read.flatMap(({ unread = [] }) => unread)];
  if (analyzed.length === 0) throw nothingIn(place, unread);
  return { analyzed, place: place.text, diagnostics: unread };
}

interface InPlace extends AnalysisRun {
  /** What was read under another name. */
  readonly seen: Set<Digest>;
  /** In the order of reading an image is known by its first name, and scanned. */
  readonly turns: { readonly naming: Turn; readonly scanning: Turn };
  begin(): void;
}

/** The outcome of an image; empty if it is left out. */
interface ReadImage {
  readonly analyzed?: AnalyzedSource;
  readonly unread?: Diagnostic;
}

async function analyzeNamed(image: NamedImage, shared: InPlace, run: Context): Promise<ReadImage> {
  const { seen, turns, begin } = shared;
  const look = async (from: Source): Promise<ReadImage> => {
    const { digest } = await from.resolve();
    await turns.naming.come;
    if (seen.has(digest)) return {};
    seen.add(digest);
    turns.naming.end();
    const turn = (): Promise<void> => turns.scanning.come.then(begin);
    const found = await analyzeSource(from, { ...shared, maybeNone: true, turn }, run);
    return found.images.length === 0 ? {} : { analyzed: found };
  };
  try {
    return await image.use(look);
  } catch (error) {
    if (image.alone) throw error;
    await turns.scanning.come;
    const left = isFlattenError(error) && error.code === "PLATFORM_NOT_FOUND";
    return left ? {} : { unread: unreadable(image.text, error) };
  }
}

function nothingIn({ text }: Place, [first]: readonly Diagnostic[]): UsageError {
  const why = first === undefined ? "has no tagged image" : "has no tagged image that can be read";
  return new UsageError("ARGUMENT_INVALID", `${text} ${why}`, { ...(first && { details: { hint: first.message } }) });
}
