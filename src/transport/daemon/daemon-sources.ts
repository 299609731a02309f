import pLimit from "p-limit";
import type { Scratch } from "../../bytes/scratch.ts";
import type { Context } from "../../context.ts";
import { inImage, isFlattenError } from "../../errors.ts";
import { openArchive } from "../archive/archive.ts";
import type { Source } from "../contracts.ts";
import { selectImage } from "../docker-archive/archive-manifest.ts";
import { openImageOf, readDockerTree } from "../docker-archive/source.ts";
import { engineSource } from "../engine-source.ts";
import type { PlacedSource } from "../open-place.ts";
import { type NamedReference, reference } from "../reference.ts";
import { batchesOf, type Savable } from "./batches.ts";
import type { EngineClient } from "./client.ts";
import { stepSizes } from "./images.ts";
import { layerSizes } from "./layer-sizes.ts";
import { type FoundImage, findDaemonImage, openDaemonSource, saveImages } from "./source.ts";

/** Several images of an engine, in the order of the references. */
export interface DaemonSources extends AsyncDisposable {
  readonly sources: readonly DaemonSource[];
}

/** One of them. Only one may be in use at a time. */
export interface DaemonSource extends Pick<PlacedSource, "reference" | "use"> {
  /**
   * The same for images that are saved together. What was saved is removed before others are saved, so all images of a
   * batch should be used before those of another one.
   */
  readonly batch: object;
}

/**
 * Opens images of an engine, each as `openDaemonSource` does, except that those that share layers are saved together.
 * Whatever keeps a batch from being saved, its halves are tried then, down to single images, which succeed or fail
 * alone.
 * @throws the reason of an abort; other errors are thrown when the image in question is used
 */
export async function daemonSources(
  references: readonly NamedReference[],
  client: EngineClient,
  context: Context,
): Promise<DaemonSources> {
  const batches = await planBatches(references, client, context);
  /** What to save with an image: its batch, or a part of it, after that could not be saved. */
  const parts = new Map(batches);
  let current: Current | undefined;
  const close = async (): Promise<void> => {
    const closed = current?.scratch;
    current = undefined;
    await closed?.[Symbol.asyncDispose]();
  };
  const savedWith = async (from: NamedReference): Promise<SavedBatch | undefined> => {
    const part = parts.get(from) ?? [from];
    if (current?.part === part) return current.saved;
    await close();
    if (part.length === 1) return undefined;
    const opened: Current = { part, scratch: context.scratch.sibling() };
    current = opened;
    opened.saved = await ifPossible(() => saveBatch(part, client, { ...context, scratch: opened.scratch }), context);
    if (opened.saved !== undefined) return opened.saved;
    const middle = Math.ceil(part.length / 2);
    for (const half of [part.slice(0, middle), part.slice(middle)]) for (const each of half) parts.set(each, half);
    return await savedWith(from);
  };
  return {
    sources: references.map((from) => {
      const batch = batches.get(from) ?? [from];
      return {
        reference: from,
        batch,
        async use(look) {
          const saved = await savedWith(from);
          const source = await ifPossible(async () => saved?.(from), context);
          if (source !== undefined) return await look(source);
          await using scratch = context.scratch.sibling();
          await using alone = await inImage(from.text, () => openDaemonSource(from, client, { ...context, scratch }));
          return await look(alone);
        },
      };
    }),
    [Symbol.asyncDispose]: close,
  };
}

type Batch = readonly NamedReference[];

/** What is in scratch. */
interface Current {
  readonly part: Batch;
  readonly scratch: Scratch;
  saved?: SavedBatch | undefined;
}

/** Requests to the engine at a time. */
const AT_ONCE = 8;

/** Which images to save together. Left out is what cannot be looked up, and what was not asked for by name. */
async function planBatches(
  references: readonly NamedReference[],
  client: EngineClient,
  context: Context,
): Promise<ReadonlyMap<NamedReference, Batch>> {
  const images = await lookUp(references, client, context);
  const holders = Map.groupBy(
    images.flatMap(({ layers }) => [...new Set(layers)]),
    (diffId) => diffId,
  );
  const sharing = images.filter(({ layers }) => layers.some((diffId) => (holders.get(diffId)?.length ?? 0) > 1));
  const savable = await pLimit(AT_ONCE).map(sharing, async (image): Promise<Savable & { from: NamedReference }> => {
    const { from, id, layers, size } = image;
    const steps = await ifPossible(() => stepSizes(client, id), context);
    return { from, size, diffIds: layers, sizes: steps && layerSizes(steps, layers.length) };
  });
  const batches = batchesOf(savable).map((batch) => batch.map(({ from }) => from));
  return new Map(batches.flatMap((batch) => batch.map((from) => [from, batch])));
}

interface NamedImage extends FoundImage {
  readonly from: NamedReference;
  readonly tag: string;
}

async function lookUp(batch: Batch, client: EngineClient, context: Context): Promise<NamedImage[]> {
  const found = await pLimit(AT_ONCE).map(batch, async (from): Promise<NamedImage | undefined> => {
    const image = await ifPossible(() => findDaemonImage(from, client), context);
    return image?.tag === undefined ? undefined : { ...image, tag: image.tag, from };
  });
  return found.filter((image) => image !== undefined);
}

/**
 * Opens an image of a batch; undefined if the engine did not have it anymore. The source is closed with the scratch of
 * the batch.
 */
type SavedBatch = (from: NamedReference) => Promise<Source | undefined>;

/**
 * Looks the images up again: since the batches were made, some may be gone, or their names be those of others.
 * Undefined if there are not two left.
 */
async function saveBatch(batch: Batch, client: EngineClient, context: Context): Promise<SavedBatch | undefined> {
  const images = new Map((await lookUp(batch, client, context)).map((image) => [image.from, image]));
  if (images.size < 2) return undefined;
  const names = [...new Set([...images.values()].map(({ tag }) => tag))];
  const path = await saveImages(client, { names }, context);
  const archive = await openArchive(path, context);
  context.scratch.own(archive);
  const tree = await readDockerTree(archive, context);
  return async (from) => {
    const image = images.get(from);
    if (image === undefined) return undefined;
    const at = reference("docker-archive", path, { name: image.tag });
    const saved = await openImageOf(tree, { ...selectImage(tree.images, at), reference: at }, context);
    return engineSource(saved, image.identity);
  };
}

/** Undefined if it fails. @throws the reason of an abort, and what is a bug */
async function ifPossible<Result>(work: () => Promise<Result>, { signal }: Context): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!isFlattenError(error)) throw error;
    return undefined;
  }
}
