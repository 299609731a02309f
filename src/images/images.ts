import type { Context } from "../context.ts";
import { inStage } from "../errors.ts";
import { startRun } from "../run.ts";
import { type Place, parsePlace } from "../transport/place.ts";
import { repositoryOf } from "../transport/registry/repository.ts";
import { bindServers } from "../transport/servers.ts";
import { filterImages } from "./filter-images.ts";
import type { ImagesOptions, ImagesResult, ListedImage, ListedLayer } from "./images-result.ts";
import type { Listing } from "./list-engine.ts";
import { listPlace } from "./list-place.ts";

/**
 * Lists the images of a place: `docker-daemon`, the default, or `podman`, each perhaps with `:REPOSITORY[:TAG]`; `oci:DIR`, `docker-archive:PATH`, `oci-archive:PATH` or a path;
 * `docker://HOST/REPOSITORY`, or `docker://HOST` where the registry lists its repositories. No layer is read. Costs two requests an image.
 * @throws FlattenError with the codes of the open stage
 */
export async function images(place = "docker-daemon", options: ImagesOptions = {}): Promise<ImagesResult> {
  await using run = startRun(options);
  return inStage("open", async () => {
    const { text, found, diagnostics } = await list(place, options, run.context);
    const wanted = filterImages(found, options).sort(newestFirst);
    const layers = wanted.flatMap((image) => image.layers);
    const distinct = new Map(layers.map((layer) => [storedAs(layer), layer]));
    return {
      place: text,
      images: wanted,
      size: sum([...distinct.values()]),
      unsharedSize: sum(layers),
      layers: distinct.size,
      diagnostics,
    };
  });
}

interface Listed extends Listing {
  readonly text: string;
}

async function list(text: string, options: ImagesOptions, context: Context): Promise<Listed> {
  const place = parsePlace(text);
  const servers = bindServers(options, registryOf(place));
  if (place.kind !== "engine") return { text: place.text, ...(await listPlace(place, servers, context)) };
  const { listEngine } = await import("./list-engine.ts");
  return { text: place.text, ...(await listEngine(place, servers, context)) };
}

/** The registry that a place is in, none or one. */
function registryOf(place: Place): ReadonlySet<string> {
  if (place.kind === "registry") return new Set([place.registry]);
  return new Set(place.kind === "repository" ? [repositoryOf(place.name).registry] : []);
}

/** What is stored once, however many images have it: a blob, or in an engine a layer on top of those below it. */
export function storedAs({ digest, chainId }: ListedLayer): string {
  return digest ?? chainId;
}

function sum(layers: readonly ListedLayer[]): number {
  return layers.reduce((total, { size = 0 }) => total + size, 0);
}

function newestFirst(a: ListedImage, b: ListedImage): number {
  const [older, newer] = [Date.parse(a.created ?? ""), Date.parse(b.created ?? "")].map((time) => time || 0);
  return (newer ?? 0) - (older ?? 0) || (a.names[0] ?? "").localeCompare(b.names[0] ?? "", "en");
}
