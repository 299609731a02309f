import { disposeAll } from "../bytes/dispose-all.ts";
import type { Context } from "../context.ts";
import { asImageName, type ImageName } from "./image-name.ts";
import { openPlace, type PlacedSource } from "./open-place.ts";
import { parseReference } from "./parse-reference.ts";
import { type RegistryPlace, registryPlace } from "./place.ts";
import { type FileReference, isStdio, reference } from "./reference.ts";
import { repositoryOf } from "./registry/repository.ts";
import { NO_SERVERS, type Servers } from "./servers.ts";

/**
 * The layouts, archives and registries that several references of one run name, each opened once: a list of thousands
 * of images takes long to read, a compressed archive would be inflated for each of them, and a registry be connected to
 * and asked for a token.
 */
export class SharedPlaces implements AsyncDisposable {
  readonly #servers: Servers;
  readonly #context: Context;
  readonly #shared: ReadonlySet<string>;
  readonly #open = new Map<string, Promise<OpenedPlace>>();

  /** @param texts every reference of the run */
  constructor(texts: Iterable<string>, servers: Servers, context: Context) {
    this.#servers = servers;
    this.#context = context;
    const places = Map.groupBy(new Set(texts), (text) => placeOf(text)?.text ?? "");
    places.delete("");
    this.#shared = new Set([...places].filter(([, { length }]) => length > 1).map(([place]) => place));
  }

  /**
   * What a reference names in a shared place; undefined for any other reference, and if only `openSource` can decide.
   */
  async find(text: string): Promise<SharedSource | undefined> {
    const place = placeOf(text);
    if (place === undefined || !this.#shared.has(place.text)) return undefined;
    const opened = this.#open.get(place.text) ?? openShared(place, this.#servers, this.#context);
    this.#open.set(place.text, opened);
    return (await opened).find(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values());
    await disposeAll(opened.map((place) => (place.status === "fulfilled" ? place.value : undefined)));
  }
}

type SharedSource = Pick<PlacedSource, "use">;

interface OpenedPlace extends AsyncDisposable {
  /** In a file, only sources whose reference is unique there. */
  find(text: string): SharedSource | undefined;
}

async function openShared(
  place: FileReference | RegistryPlace,
  servers: Servers,
  context: Context,
): Promise<OpenedPlace> {
  if ("registry" in place) {
    const { connectOnce } = await import("./registry/connect-once.ts");
    const connected = await connectOnce(place.registry, servers.registry(place.registry), context);
    return {
      find(text) {
        const name = registryName(text);
        return name && connected.image(name);
      },
      [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose](),
    };
  }
  const open = await openPlace({ kind: "file", text: place.text, reference: place }, context, NO_SERVERS);
  const sources: PlacedSource[] = [];
  for await (const source of open.sources) sources.push(source);
  const byReference = Map.groupBy(sources, (source) => source.reference.text);
  return {
    find(text) {
      const [first, ...others] = byReference.get(text) ?? [];
      return others.length > 0 ? undefined : first;
    },
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}

/** The layout or archive in which a reference selects an image, or its registry; undefined for any other reference. */
function placeOf(text: string): FileReference | RegistryPlace | undefined {
  const name = registryName(text);
  if (name !== undefined) return registryPlace(repositoryOf(name).registry);
  const parsed = parseReference(text);
  if (!("path" in parsed) || parsed.transport === undefined || parsed.transport === "rootfs") return undefined;
  return parsed.selector === undefined || isStdio(parsed) ? undefined : reference(parsed.transport, parsed.path);
}

/** The name of an image in a registry; undefined for any other reference. */
function registryName(text: string): ImageName | undefined {
  const parsed = parseReference(text);
  return parsed.transport === "docker" ? asImageName(parsed.name) : undefined;
}
