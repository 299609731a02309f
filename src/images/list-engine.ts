import type { Context } from "../context.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { isAbsent } from "../image/read-document.ts";
import { chainIds } from "../oci/chain-id.ts";
import { type DiffId, type Digest, isDigest } from "../oci/digest.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { EngineClient } from "../transport/daemon/client.ts";
import { type EngineImage, inspectImage, listImages, stepSizes } from "../transport/daemon/images.ts";
import { layerSizes } from "../transport/daemon/layer-sizes.ts";
import { connectDocker, connectPodman } from "../transport/daemon/open-engine.ts";
import type { EnginePlace } from "../transport/place.ts";
import { namedReference } from "../transport/reference.ts";
import type { Servers } from "../transport/servers.ts";
import { filterImages, type ImagesFilter, type NamedImage } from "./filter-images.ts";
import type { ListedImage } from "./images-result.ts";
import { readEach } from "./read-each.ts";

/** The images in a place. */
export interface Listing {
  readonly found: readonly ListedImage[];
  readonly diagnostics: readonly Diagnostic[];
}

/** How a place is listed. */
export interface Asked {
  readonly servers: Servers;
  /** Images that it excludes by name need not be read; callers exclude the others. */
  readonly filter: ImagesFilter;
  /** Leaves out the sizes of layers, which cost a request per image of an engine. */
  readonly withoutSizes?: boolean;
  /** Is told of each image before it is read. */
  readonly report?: Context["report"];
}

/**
 * Lists the images of an engine that have a name or are not the parent of another image. The engine is asked only about
 * those that match the filter.
 * @throws TransportError DAEMON_UNREACHABLE, TRANSPORT_FAILED
 */
export async function listEngine(place: EnginePlace, asked: Asked, context: Context): Promise<Listing> {
  const { servers, filter, withoutSizes = false, report } = asked;
  const stop = new AbortController();
  const own = { ...context, signal: AbortSignal.any([context.signal, stop.signal]) };
  const { client, images } = await imagesHere(place, servers, own);
  const described = await readEach(filterImages(images, filter), {
    read: (image) => describeFound(client, image, withoutSizes),
    begin: (image, number, total) => report?.({ type: "image", label: image.reference, number, total }),
    stop,
  });
  return { found: described.filter((image) => image !== undefined), diagnostics: [] };
}

/**
 * The images in a place as the engine lists them, with the engine: one request, however many there are.
 * @throws TransportError DAEMON_UNREACHABLE, TRANSPORT_FAILED
 */
export async function imagesHere(
  { transport, name }: EnginePlace,
  { podman = {}, docker = {} }: Pick<Servers, "docker" | "podman">,
  context: Context,
): Promise<EngineImages> {
  const client = await (transport === "podman" ? connectPodman(podman, context) : connectDocker(docker, context));
  const listed = (await listImages(client)).map((image) => named(image, transport));
  return { client, images: filterImages(listed, { references: name === undefined ? [] : [name] }) };
}

interface EngineImages {
  readonly client: EngineClient;
  readonly images: readonly NamedEngineImage[];
}

interface NamedEngineImage extends EngineImage, NamedImage {}

function named(image: EngineImage, transport: EnginePlace["transport"]): NamedEngineImage {
  return { ...image, names: image.tags, reference: namedReference(transport, image.tags[0] ?? idOf(image)).text };
}

/** Undefined for an image that has been removed since it was listed. */
async function describeFound(...listed: Parameters<typeof describe>): Promise<ListedImage | undefined> {
  try {
    return await describe(...listed);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function describe(client: EngineClient, image: NamedEngineImage, withoutSizes: boolean): Promise<ListedImage> {
  const details = await inspectImage(client, image.id);
  const diffIds = details.diffIds.filter((text) => isDigest(text)) as readonly string[] as readonly DiffId[];
  const sizes = withoutSizes ? undefined : layerSizes(await stepSizes(client, image.id), diffIds.length);
  const chain = chainIds(diffIds);
  return {
    names: image.names,
    reference: image.reference,
    id: idOf(image),
    ...digestOf(image),
    platform: formatPlatform(details.platform),
    created: details.created ?? new Date(image.created * 1000).toISOString(),
    size: image.size,
    layers: chain.map((chainId, at) => ({ chainId, diffId: diffIds[at] as DiffId, ...sizeOf(sizes?.[at]) })),
  };
}

function idOf({ id }: EngineImage): string {
  return id.includes(":") ? id : `sha256:${id}`;
}

function digestOf({ repoDigests }: EngineImage): { digest?: Digest } {
  const [digest] = repoDigests.map((name) => name.slice(name.indexOf("@") + 1)).filter((text) => isDigest(text));
  return digest === undefined ? {} : { digest };
}

function sizeOf(size: number | undefined): { size?: number } {
  return size === undefined ? {} : { size };
}
