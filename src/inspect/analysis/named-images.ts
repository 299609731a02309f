import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { startStage } from "../../progress/stage-progress.ts";
import { openPlace } from "../../transport/open-place.ts";
import { type EnginePlace, namesOneImage, type OpenablePlace, type Place } from "../../transport/place.ts";
import { namedReference } from "../../transport/reference.ts";
import type { Servers } from "../../transport/servers.ts";
import type { SharedSource } from "../../transport/shared-places.ts";

/** The images in a place that have a name. */
export interface NamedImages extends AsyncDisposable {
  readonly images: readonly NamedImage[];
  /** Parts of the place that cannot be listed. */
  readonly unread: readonly Diagnostic[];
}

/** It may turn out to be no image, or the same as another one. */
export interface NamedImage extends SharedSource {
  /** Its reference. */
  readonly text: string;
  /** Whether the place is this image, so that there is nothing left without it. */
  readonly alone: boolean;
}

/**
 * Lists the images in a place by their names alone, so that everything else about them is read only once.
 * @throws what opening the place, and listing an engine, throws
 */
export async function namedImages(place: Place, servers: Servers, context: Context): Promise<NamedImages> {
  const stage = startStage((event) => context.report(event), { stage: "open", label: place.text });
  const list = place.kind === "engine" ? inEngine(place, servers, context) : inPlace(place, servers, context);
  const listed = await list;
  stage.finish();
  return listed;
}

async function inEngine(place: EnginePlace, servers: Servers, context: Context): Promise<NamedImages> {
  const { imagesHere } = await import("../../images/list-engine.ts");
  const { openEngineSources } = await import("../../transport/engine-images.ts");
  const { images } = await imagesHere(place, servers, context);
  const { transport } = place;
  const references = images.flatMap(({ names }) => names.slice(0, 1).map((name) => namedReference(transport, name)));
  const { sources, ...open } = await openEngineSources({ transport, references }, servers, context);
  const named = sources.map((source) => ({ ...source, text: source.reference.text, alone: false }));
  return { images: named, unread: [], ...open };
}

async function inPlace(place: OpenablePlace, servers: Servers, context: Context): Promise<NamedImages> {
  const open = await openPlace(place, context, servers);
  const alone = namesOneImage(place);
  try {
    const images: NamedImage[] = [];
    for await (const { names, reference, use } of open.sources) {
      if (names.length > 0) images.push({ text: reference.text, use, alone });
    }
    // What else there is to say about a layout or an archive is said with each of its images.
    const unread = open.diagnostics.filter(({ rule }) => rule === "image-unreadable");
    return { images, unread, [Symbol.asyncDispose]: () => open[Symbol.asyncDispose]() };
  } catch (error) {
    await open[Symbol.asyncDispose]();
    throw error;
  }
}
