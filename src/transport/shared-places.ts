import { disposeAll } from "../bytes/dispose-all.ts";
import type { Context } from "../context.ts";
import type { DaemonSource } from "./daemon/daemon-sources.ts";
import { asImageName, type ImageName } from "./image-name.ts";
import { openPlace, type PlacedSource } from "./open-place.ts";
import { parseReference } from "./parse-reference.ts";
import { type EnginePlace, type RegistryPlace, registryPlace } from "./place.ts";
import {
  type BarePath,
  type FileReference,
  isStdio,
  type NamedReference,
  type Reference,
  reference,
} from "./reference.ts";
import { repositoryOf } from "./registry/repository.ts";
import { NO_SERVERS, type Servers } from "./servers.ts";

/**
 * The layouts, archives, registries and engines that several references of one run name, each opened once: a list of
 * thousands of images takes long to read, a compressed archive would be inflated for each of them, a registry be
 * connected to and asked for a token, and an engine save again what its images share.
 */
export class SharedPlaces implements AsyncDisposable {
  readonly #servers: Servers;
  readonly #context: Context;
  /** The references in each place, of which there are several. */
  readonly #shared: ReadonlyMap<string, readonly string[]>;
  readonly #open = new Map<string, Promise<OpenedPlace>>();

  /** @param texts every reference of the run */
  constructor(texts: Iterable<string>, servers: Servers, context: Context) {
    this.#servers = servers;
    this.#context = context;
    const places = Map.groupBy(new Set(texts), (text) => placeOf(text)?.text ?? "");
    places.delete("");
    this.#shared = new Map([...places].filter(([, { length }]) => length > 1));
  }

  /**
   * What a reference names in a shared place; undefined for any other reference, and if only `openSource` can decide.
   */
  async find(text: string): Promise<SharedSource | undefined> {
    const place = placeOf(text);
    const texts = place && this.#shared.get(place.text);
    if (place === undefined || texts === undefined) return undefined;
    const opened = this.#open.get(place.text) ?? openShared({ place, texts }, this.#servers, this.#context);
    this.#open.set(place.text, opened);
    return (await opened).find(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values());
    await disposeAll(opened.map((place) => (place.status === "fulfilled" ? place.value : undefined)));
  }
}

/** A source in a shared place; with a `batch` if it is in an engine. */
export type SharedSource = Pick<PlacedSource, "use"> & Partial<Pick<DaemonSource, "batch">>;

interface OpenedPlace extends AsyncDisposable {
  /** In a file, only sources whose reference is unique there. */
  find(text: string): SharedSource | undefined;
}

type SharedPlace = FileReference | RegistryPlace | EnginePlace;

/** A place, and the references in it. */
interface Shared {
  readonly place: SharedPlace;
  readonly texts: readonly string[];
}

async function openShared({ place, texts }: Shared, servers: Servers, context: Context): Promise<OpenedPlace> {
  if ("registry" in place) return openRegistry(place, servers, context);
  return "path" in place ? openFile(place, context) : openEngine({ place, texts }, servers, context);
}

async function openRegistry({ registry }: RegistryPlace, servers: Servers, context: Context): Promise<OpenedPlace> {
  const { connectOnce } = await import("./registry/connect-once.ts");
  const connected = await connectOnce(registry, servers.registry(registry), context);
  return {
    find(text) {
      const name = registryName(text);
      return name && connected.image(name);
    },
    [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose](),
  };
}

async function openFile(place: FileReference, context: Context): Promise<OpenedPlace> {
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

async function openEngine(
  { place: { transport }, texts }: Shared & { readonly place: EnginePlace },
  servers: Servers,
  context: Context,
): Promise<OpenedPlace> {
  const { openEngineSources } = await import("./engine-images.ts");
  const references = texts.map(parseReference).filter(isInEngine);
  const { sources, ...open } = await openEngineSources({ transport, references }, servers, context);
  return { find: (text) => sources.find(({ reference }) => reference.text === text), ...open };
}

/** The layout or archive in which a reference selects an image, its registry or engine; undefined for any other one. */
function placeOf(text: string): SharedPlace | undefined {
  const parsed = parseReference(text);
  switch (parsed.transport) {
    case undefined:
    case "rootfs":
    case "container":
    case "podman-container":
      return undefined;
    case "docker": {
      const name = asImageName(parsed.name);
      return name && registryPlace(repositoryOf(name).registry);
    }
    case "docker-daemon":
    case "podman":
      return { kind: "engine", transport: parsed.transport, text: parsed.transport };
    default:
      return parsed.selector === undefined || isStdio(parsed) ? undefined : reference(parsed.transport, parsed.path);
  }
}

function isInEngine(parsed: Reference | BarePath): parsed is NamedReference {
  return parsed.transport === "docker-daemon" || parsed.transport === "podman";
}

/** The name of an image in a registry; undefined for any other reference. */
function registryName(text: string): ImageName | undefined {
  const parsed = parseReference(text);
  return parsed.transport === "docker" ? asImageName(parsed.name) : undefined;
}
