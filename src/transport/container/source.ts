import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { TransportError } from "../../errors.ts";
import { describeBytes } from "../../oci/descriptor.ts";
import { DOCKER_CONFIG } from "../../oci/media-type.ts";
import { type Archive, openArchive } from "../archive/archive.ts";
import type { Source } from "../contracts.ts";
import type { EngineClient } from "../daemon/client.ts";
import { viewOf } from "../daemon/images.ts";
import { SavedWhenRead } from "../daemon/saved-when-read.ts";
import { type ArchiveImage, readArchiveManifest } from "../docker-archive/archive-manifest.ts";
import { memberMissing } from "../docker-archive/archive-parts.ts";
import { openWithoutManifest } from "../docker-archive/synthetic-source.ts";
import { engineSource, type SavedImage } from "../engine-source.ts";
import type { FileTree } from "../file-tree.ts";
import { taggedName } from "../image-name.ts";
import { type NamedReference, reference } from "../reference.ts";
import { type CommittedContainer, commitContainer } from "./commit.ts";
import { containerConfig, readWrittenConfig } from "./config.ts";
import { withoutInjected } from "./injected-files.ts";
import { type ContainerDetails, inspectContainer } from "./inspect.ts";

/**
 * Opens the filesystem of a container, running or stopped, as an image: the layers of its image as they are, and above
 * them one with what the container changed, as the engine commits it. The config is the image's, with what was set when
 * the container was created. The container is committed only when the image is first read, so that a run that is
 * refused because of its destination does not pause it; the commit is removed at once.
 * @throws TransportError SOURCE_NOT_FOUND, and its methods TRANSPORT_FAILED, DISK_FULL and what `openArchive` throws
 */
export async function openContainerSource(
  from: NamedReference,
  client: EngineClient,
  context: Context,
): Promise<Source> {
  const container = await inspectContainer(client, from.name);
  const view = await viewOf(client);
  const save = (): Promise<SavedImage> => saveContainer(client, container, context);
  return engineSource(new SavedWhenRead(save), { reference: from, names: [], view });
}

async function saveContainer(client: EngineClient, container: ContainerDetails, context: Context): Promise<SavedImage> {
  const committed = await commitContainer(client, container, context);
  const archive = await openArchive(committed.path, context);
  try {
    return await openCommitted(archive, { client, container, committed }, context);
  } catch (error) {
    await archive[Symbol.asyncDispose]();
    throw error;
  }
}

interface Committed {
  readonly client: EngineClient;
  readonly container: ContainerDetails;
  readonly committed: CommittedContainer;
}

async function openCommitted(archive: Archive, saved: Committed, context: Context): Promise<SavedImage> {
  const { client, committed } = saved;
  const images = (await readArchiveManifest(archive, context.limits)) ?? [];
  const made = images.find(({ RepoTags }) => RepoTags.some((tag) => taggedName(tag) === committed.tag));
  const base = images.find((image) => image !== made);
  if (made === undefined)
    throw new TransportError("TRANSPORT_FAILED", `${client.engine} did not save what it committed`);
  const own = client.engine === "podman" ? await ownLayer(archive, made, context) : undefined;
  const bytes = containerConfig({
    made: await readWrittenConfig(archive, made, context.limits),
    base: base === undefined ? undefined : await readWrittenConfig(archive, base, context.limits),
    ownDiffId: own?.diffId,
    engine: client.engine,
  });
  const config = { bytes, descriptor: describeBytes(DOCKER_CONFIG, bytes) };
  const tree: FileTree = {
    name: archive.name,
    diagnostics: [...archive.diagnostics, ...notIncluded(saved, made.Layers.length !== base?.Layers.length)],
    file: async (path) => (own !== undefined && path === made.Layers.at(-1) ? own.layer : archive.file(path)),
    [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
  };
  const from = reference("docker-archive", committed.path);
  return openWithoutManifest({ archive: tree, image: made, config, names: [], reference: from }, context);
}

async function ownLayer(
  archive: Archive,
  { Layers }: ArchiveImage,
  context: Context,
): ReturnType<typeof withoutInjected> {
  const path = Layers.at(-1) ?? "";
  const layer = await archive.file(path);
  if (layer === undefined) throw memberMissing(path);
  return withoutInjected(layer, context);
}

/** Diagnostics on what the engine's API does not give, or changes. */
function notIncluded({ client, container, committed }: Committed, hasOwnLayer: boolean): Diagnostic[] {
  const found: Diagnostic[] = [];
  const say = (rule: string, message: string, path?: string): unknown =>
    found.push({ rule, message, strict: false, path });
  const xattrs = client.engine === "podman" ? "trusted.* xattrs" : "xattrs other than security.capability";
  if (hasOwnLayer) say("container-layer-truncated", `${client.engine} gives ${TRUNCATED} ${xattrs}; ${EXACT}`);
  if (container.running) say("container-paused", "The container was paused while its files were read");
  if (!committed.base) say("container-image-gone", IMAGE_GONE);
  for (const path of container.mounts) say("container-mount", MOUNT, path.replace(/^\//, ""));
  return found;
}

const TRUNCATED = "the files that the container changed without nanoseconds and";
const EXACT = "those of its image are exact";
const IMAGE_GONE = "The container's image is gone: the engine's version of its config is used";
const MOUNT = "A volume or another mount of the container: what is in it is not included";
