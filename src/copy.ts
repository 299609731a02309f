import { chunksOf } from "./bytes/chunks-of.ts";
import { inOrder } from "./bytes/in-order.ts";
import type { Context } from "./context.ts";
import { type CopyEnds, copyLayers, limitFor } from "./copy-layers.ts";
import type { CopyOptions } from "./copy-options.ts";
import { copyOthers } from "./copy-others.ts";
import { type CopiedImage, type CopyResult, describeCopied } from "./copy-result.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { inStage, UsageError } from "./errors.ts";
import { describeReferrer, type ImageReferrer, leftDiagnostics } from "./image/attestations.ts";
import { chooseIndexFamily } from "./image/choose-family.ts";
import { type ReferrerSearch, searchReferrers } from "./image/find-referrers.ts";
import type { Image } from "./image/image.ts";
import { holdsIndex, type LoadedImages, loadImages } from "./image/load-images.ts";
import { type CopyPlan, planCopy } from "./image/plan-copy.ts";
import { rewriteIndex } from "./image/rewrite-index.ts";
import { rewriteManifest } from "./image/rewrite-manifest.ts";
import type { Descriptor } from "./oci/descriptor.ts";
import type { Digest } from "./oci/digest.ts";
import { layerCompression } from "./oci/media-type.ts";
import { tell } from "./progress/tell.ts";
import { startRun } from "./run.ts";
import { checkDestination } from "./transport/check-destination.ts";
import type { Destination, Source } from "./transport/contracts.ts";
import { resultNames } from "./transport/destination-reference.ts";
import { openDestination } from "./transport/open-destination.ts";
import { destinationMeanwhile } from "./transport/open-meanwhile.ts";
import { openSource } from "./transport/open-source.ts";
import { isSamePlace } from "./transport/same-place.ts";
import { typedServers } from "./transport/typed-servers.ts";

const OWN = { allPlatforms: true, force: true, inPlace: true, tags: true, compression: true } as const;

/**
 * Copies an image, or every image of an index with its attestations and artifacts, from any transport to any other.
 * What the destination accepts arrives byte for byte and under the same digest; if it needs another family or
 * compression, all layers and the config are kept, and diagnostics say what was changed and why. Source and destination
 * are references as in {@link flatten}. Success means that the destination holds the whole copy; after an error or an
 * abort it is as it was before. The source is never changed.
 * @throws FlattenError whose `code` says what was wrong and whose `stage` says where it was found
 */
export async function copy(source: string, destination: string, options: CopyOptions = {}): Promise<CopyResult> {
  const begun = performance.now();
  await using run = startRun(options, OWN);
  const { context } = run;
  const { force = false, inPlace, tags, platforms, allPlatforms } = options;
  const servers = await inStage("open", () =>
    typedServers(options, { sources: [source], destination, complete: true }),
  );
  const naming = { force, inPlace, tags, servers };
  await inStage("open", () => checkDestination(source, destination, naming, context));
  await using meanwhile = destinationMeanwhile(source, destination, naming, context);
  await using from = await inStage("open", () => openSource(source, context, servers));
  const related = { ...naming, like: from.reference, sourceNames: from.names };
  await using to = await inStage("open", () => meanwhile?.take() ?? openDestination(destination, related, context));
  await inStage("open", async () => refuseFilesystem(to));
  const loaded = await inStage("open", () =>
    loadImages(from, { platforms, allPlatforms, all: holdsIndex(to.accepts, options), verbatim: true }, context),
  );
  const planned = await inStage("plan", () => planCopies(loaded, from, { to, options }));
  // Engines, and archives of one image, cannot hold referrers.
  await using search = searchReferrers(to.accepts.index ? from : {}, loaded, context);
  const ends = { from, to, limit: limitFor(to, options.concurrency), done: new Map() };

  const copied = await inStage("write", () => copyImages(planned, { ends, context }));
  const { root, others, diagnostics } = await inStage("write", () =>
    writeRoot(loaded, copied, { ends, options, context }),
  );
  const names = resultNames(to.reference, tags, { names: from.names, root: root.digest });
  const reference = await inStage("write", () => to.commit(root, names));
  const left = await leftReferrers({ search, copied, root, ends });
  const known = [...from.diagnostics, ...loaded.diagnostics, ...diagnostics, ...left.diagnostics];
  const ofAll = tell([...known, ...(to.diagnostics ?? [])], context);
  return {
    source: from.reference.text,
    destination: reference.text,
    tags: names,
    digest: root.digest,
    mediaType: root.mediaType,
    identical: root.digest === loaded.root.digest,
    images: copied.map(({ report }) => report),
    others: others.map(({ digest }) => digest),
    referrers: left.referrers,
    diagnostics: ofAll,
    milliseconds: performance.now() - begun,
  };
}

function refuseFilesystem({ accepts, reference }: Destination): void {
  if (accepts.filesystemOnly !== true) return;
  throw new UsageError("ARGUMENT_INVALID", `${reference.text} is one filesystem and has no layers to copy`, {
    details: { hint: "use planish export, or planish flatten" },
  });
}

interface Job {
  readonly ends: CopyEnds<Source>;
  readonly context: Context;
}

interface Planned {
  readonly image: Image;
  readonly plan: CopyPlan;
}

/** Refuses what cannot be copied before anything is written. */
function planCopies(
  { images }: LoadedImages,
  { madeManifest = false }: Source,
  { to, options }: { readonly to: Destination; readonly options: CopyOptions },
): Planned[] {
  const { compression = "auto" } = options;
  return images.map((image) => ({ image, plan: planCopy(image, { accepts: to.accepts, compression, madeManifest }) }));
}

interface Copied {
  readonly image: Image;
  readonly manifest: Descriptor;
  readonly report: CopiedImage;
}

/** How many images of an index are copied besides the one that is waited for. */
const IMAGES_AHEAD = 3;

/** Copies images at the same time, if the destination accepts that; a failure ends the copies of all. */
async function copyImages(planned: readonly Planned[], { ends, context }: Job): Promise<Copied[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const copyOne = async ({ image, plan }: Planned): Promise<Copied> => {
    try {
      return await copyImage(image, plan, { ends, context: { ...context, signal } });
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  };
  const ahead = ends.to.accepts.parallel ? IMAGES_AHEAD : 0;
  const copied: Copied[] = [];
  for await (const one of inOrder(planned, copyOne, { ahead, signal })) copied.push(one);
  return copied;
}

async function copyImage(image: Image, plan: CopyPlan, { ends, context }: Job): Promise<Copied> {
  const { to } = ends;
  const config = { ...image.config.descriptor, mediaType: plan.configType };
  const writeConfig = () => to.writeBlob(config, () => chunksOf(image.config.bytes));
  const layers = await copyLayers(image, plan, { ...ends, writeConfig }, context);
  const change = { family: plan.family, config, layers: layers.map(({ descriptor }) => descriptor), keepsBase: true };
  const { manifest, diagnostics } = rewriteManifest(image, change);
  await to.writeManifest(manifest);
  const found = tell([...image.diagnostics, ...plan.diagnostics, ...diagnostics], context);
  const written = { manifest: manifest.descriptor, layers, diagnostics: found };
  return { image, manifest: manifest.descriptor, report: describeCopied(image, plan, written) };
}

interface Root {
  readonly root: Descriptor;
  /** Manifests that were copied and describe no image. */
  readonly others: readonly Descriptor[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Writes the index, if there is one; else the root is the only manifest, which is written already. */
async function writeRoot(
  loaded: LoadedImages,
  copied: readonly Copied[],
  { ends: { from, to }, options, context }: Job & { readonly options: CopyOptions },
): Promise<Root> {
  const images = new Map(copied.map(({ image, manifest }) => [image.manifest.descriptor.digest, manifest]));
  const whole = (options.platforms ?? []).length === 0;
  const others = await copyOthers({ loaded, whole, images, from, to }, context);
  const found = { others: others.manifests, diagnostics: others.diagnostics };
  const { index } = loaded;
  if (index === undefined) return { root: copied[0]?.manifest ?? loaded.root, ...found };
  const manifests = new Map<Digest, Descriptor>(images);
  for (const descriptor of others.manifests) manifests.set(descriptor.digest, descriptor);
  const isZstd = ({ report }: Copied): boolean =>
    report.layers.some(({ mediaType }) => layerCompression(mediaType) === "zstd");
  const zstd = new Set(copied.filter(isZstd).map(({ manifest }) => manifest.digest));
  const rewritten = rewriteIndex(index, { family: chooseIndexFamily(index.document, to.accepts), manifests, zstd });
  for (const document of rewritten.indexes) await to.writeManifest(document);
  return { root: rewritten.root, ...found, diagnostics: [...found.diagnostics, ...rewritten.diagnostics] };
}

interface Ended {
  readonly search: ReferrerSearch;
  readonly copied: readonly Copied[];
  readonly root: Descriptor;
  readonly ends: CopyEnds<Source>;
}

/** Referrers of the source that are not beside the copy. */
async function leftReferrers({ search, copied, root, ends: { from, to } }: Ended): Promise<{
  readonly referrers: readonly ImageReferrer[];
  readonly diagnostics: readonly Diagnostic[];
}> {
  const { referrers: all, diagnostics } = await search.found();
  const unchanged = new Set([root.digest, ...copied.map(({ manifest }) => manifest.digest)]);
  const stays = isSamePlace(from.reference, to.reference);
  const referrers = all.filter(({ subject }) => !stays || !unchanged.has(subject)).map(describeReferrer);
  return { referrers, diagnostics: [...diagnostics, ...leftDiagnostics(referrers, unchanged)] };
}
