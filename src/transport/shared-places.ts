import type { Context } from "../context.ts";
import { type OpenPlace, openPlace, type PlacedSource } from "./open-place.ts";
import { parseReference } from "./parse-reference.ts";
import { type FileReference, isStdio, reference } from "./reference.ts";
import { NO_SERVERS } from "./servers.ts";

/**
 * The layouts and archives that several references of one run name, each opened once: a list of thousands of images
 * takes long to read, and a compressed archive would be inflated for each of them.
 */
export class SharedPlaces implements AsyncDisposable {
  readonly #context: Context;
  readonly #shared: ReadonlySet<string>;
  readonly #open = new Map<string, Promise<OpenedPlace>>();

  /** @param texts every reference of the run */
  constructor(texts: Iterable<string>, context: Context) {
    this.#context = context;
    const places = Map.groupBy(new Set(texts), (text) => placeOf(text)?.text ?? "");
    places.delete("");
    this.#shared = new Set([...places].filter(([, { length }]) => length > 1).map(([place]) => place));
  }

  /**
   * What a reference names in a shared place; undefined for any other reference, and if only `openSource` can decide.
   */
  async find(text: string): Promise<PlacedSource | undefined> {
    const place = placeOf(text);
    if (place === undefined || !this.#shared.has(place.text)) return undefined;
    const opened = this.#open.get(place.text) ?? openShared(place, this.#context);
    this.#open.set(place.text, opened);
    return (await opened).byReference.get(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const opened of await Promise.allSettled(this.#open.values())) {
      if (opened.status === "fulfilled") await opened.value.place[Symbol.asyncDispose]();
    }
  }
}

interface OpenedPlace {
  readonly place: OpenPlace;
  /** Only sources whose reference is unique in the place. */
  readonly byReference: ReadonlyMap<string, PlacedSource>;
}

async function openShared(place: FileReference, context: Context): Promise<OpenedPlace> {
  const open = await openPlace({ kind: "file", text: place.text, reference: place }, context, NO_SERVERS);
  const sources: PlacedSource[] = [];
  for await (const source of open.sources) sources.push(source);
  const byReference = Map.groupBy(sources, (source) => source.reference.text);
  const single = [...byReference].flatMap(([text, [first, ...others]]): [string, PlacedSource][] =>
    first === undefined || others.length > 0 ? [] : [[text, first]],
  );
  return { place: open, byReference: new Map(single) };
}

/** The layout or archive in which a reference selects an image; undefined for any other reference. */
function placeOf(text: string): FileReference | undefined {
  const parsed = parseReference(text);
  if (!("path" in parsed) || parsed.transport === undefined || parsed.transport === "rootfs") return undefined;
  return parsed.selector === undefined || isStdio(parsed) ? undefined : reference(parsed.transport, parsed.path);
}
