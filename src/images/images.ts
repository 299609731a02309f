import { checkArguments } from "../check-values.ts";
import type { Context } from "../context.ts";
import { inStage } from "../errors.ts";
import { startRun } from "../run.ts";
import { registryOf } from "../transport/place.ts";
import { bindServers } from "../transport/servers.ts";
import { filterImages } from "./filter-images.ts";
import { findPlace } from "./find-place.ts";
import type { ImagesOptions, ImagesResult, ListedImage, ListedLayer } from "./images-result.ts";
import type { Listing } from "./list-engine.ts";
import { listPlace } from "./list-place.ts";

/**
 * Lists the images in a place: `docker-daemon`, the default, or `podman`, optionally with `:REPOSITORY[:TAG]`;
 * `oci:DIR`, `docker-archive:PATH`, `oci-archive:PATH` or a path; `docker://HOST/REPOSITORY`, or `docker://HOST` if the
 * registry lists its repositories; a name, for a repository in Docker, unless a file or a layout has this name. Reads
 * no layer. Takes two requests per image that matches the filters.
 * @throws FlattenError with the codes of the open stage
 */
export async function images(place = "docker-daemon", options: ImagesOptions = {}): Promise<ImagesResult> {
  checkArguments({ place });
  await using run = startRun(options, { dangling: true, references: true });
  return await inStage("open", async () => {
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
  const place = await findPlace(text, options, context);
  const asked = { servers: bindServers(options, new Set(registryOf(place))), filter: options, report: context.report };
  if (place.kind !== "engine") return { text: place.text, ...(await listPlace(place, asked, context)) };
  const { listEngine } = await import("./list-engine.ts");
  return { text: place.text, ...(await listEngine(place, asked, context)) };
}

/** A key of what is stored once for all images: a blob, or in an engine a layer on top of the layers below it. */
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
