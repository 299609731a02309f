import { chunksOf } from "./bytes/chunks-of.ts";
import { createScratch } from "./bytes/scratch.ts";
import { checkEffects } from "./check-effects.ts";
import { checkOptions, FLATTEN_OPTIONS } from "./check-options.ts";
import { chooseForms, type FormedStack } from "./choose-forms.ts";
import type { Context } from "./context.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { inStage } from "./errors.ts";
import { flattenLayers, type LayersJob } from "./flatten-layers.ts";
import type { FlattenOptions } from "./flatten-options.ts";
import { describeFlattened, type FlatLayers, type FlattenedImage, type FlattenResult } from "./flatten-result.ts";
import { attestationDiagnostics, outdatedAttestations } from "./image/attestations.ts";
import { changeImages } from "./image/change-image.ts";
import { type ReferrerSearch, searchReferrers } from "./image/find-referrers.ts";
import { type Image, layerKey } from "./image/image.ts";
import { keepAttestations, keepReferrers } from "./image/keep-attestations.ts";
import { holdsIndex, type LoadedImages, loadImages } from "./image/load-images.ts";
import { rewriteConfig } from "./image/rewrite-config.ts";
import { rewriteIndex } from "./image/rewrite-index.ts";
import { rewriteManifest } from "./image/rewrite-manifest.ts";
import type { Descriptor } from "./oci/descriptor.ts";
import type { Digest } from "./oci/digest.ts";
import { tell } from "./progress/tell.ts";
import { provenanceAnnotations } from "./provenance/provenance-annotations.ts";
import { provenanceStatement } from "./provenance/provenance-statement.ts";
import { planOptions, startRun } from "./run.ts";
import { scanAhead } from "./scan/scan-ahead.ts";
import { type ChosenStack, chooseStacks, namesBase } from "./squash/choose-stacks.ts";
import { startSquash } from "./squash/start-squash.ts";
import { typedBase } from "./squash/typed-base.ts";
import { checkDestination } from "./transport/check-destination.ts";
import type { Destination, Source } from "./transport/contracts.ts";
import { checkDefaultDestination, type DefaultNaming, defaultDestination } from "./transport/default-destination.ts";
import { resultNames } from "./transport/destination-reference.ts";
import { openDestination } from "./transport/open-destination.ts";
import { destinationMeanwhile } from "./transport/open-meanwhile.ts";
import { openSource } from "./transport/open-source.ts";
import type { Reference } from "./transport/reference.ts";
import type { Servers } from "./transport/servers.ts";
import { typedServers } from "./transport/typed-servers.ts";
import type { Verification } from "./verify/verification.ts";
import { verifyCommitted } from "./verify/verify-committed.ts";

/**
 * Flattens an image, or every image of an index: all layers of each, or those that are asked for, become one with the
 * same filesystem; of the config only what must change does. `source` and `destination` are references
 * (`docker-daemon:NAME`, `podman:NAME`, `docker://NAME`, `docker-archive:PATH[:NAME]`, `oci:DIR[:TAG]`,
 * `oci-archive:PATH[:TAG]`, a path, a name, `-`). Without a destination the flat image of an engine's image is stored
 * beside it with the tag `flat` or `<tag>-flat`, or with `inPlace` takes over its name. Success means that the
 * destination holds the whole result; after an error or an abort it is as it was before, except in the stage `verify`,
 * which begins when the result is written. The source is never changed.
 * @throws FlattenError whose `code` says what was wrong and whose `stage` says where it was found
 */
export async function flatten(
  source: string,
  destination: string | undefined,
  options: FlattenOptions = {},
): Promise<FlattenResult> {
  const begun = performance.now();
  await using run = startRun(options, FLATTEN_OPTIONS);
  const { context } = run;

  // open
  const naming = await inStage("open", () => checkTyped({ source, destination }, options, context));
  await using meanwhile = destinationMeanwhile(source, destination, naming, context);
  await using from = await inStage("open", () => openSource(source, context, naming.servers));
  await using ahead = scanAhead(from, options, context);
  await using to = await inStage("open", () => meanwhile?.take() ?? openTarget(destination, { from, naming }, context));
  await inStage("open", async () => checkEffects(options, to));
  const opened: Opened = { from, to, ahead, options, servers: naming.servers, context };
  const { loaded, stacks } = await inStage("open", () => openImages(opened));
  await using search = searchReferrers(to.accepts.filesystemOnly ? {} : from, loaded, context);

  // scan, plan, encode: one stack of layers after the other, each written while it is encoded
  const job = await inStage("open", async () => startJob({ loaded, stacks }, opened));
  const flattened: Flattened[] = [];
  for (const stack of job.stacks) flattened.push(await flattenImage(stack, job));

  // write
  const written = await inStage("write", () => writeRoot({ loaded, flattened, search }, job));
  const { root } = written;
  const names = resultNames(to.reference, options.tags, { names: from.names, root: root.digest });
  const reference = await inStage("write", () => to.commit(root, names));
  options.onCommitted?.(reference.text);

  const verified = options.verify ? await verifyResult({ loaded, flattened, root, reference }, job) : undefined;
  const result = await describeResult({ loaded, flattened, search, written, names, reference }, job);
  return { ...result, ...(verified && { verified }), milliseconds: performance.now() - begun };
}

interface Typed {
  readonly source: string;
  readonly destination: string | undefined;
}

/** Options about the destination's name, and the servers to use. */
interface Naming extends DefaultNaming {
  readonly force: boolean;
  readonly servers: Servers;
}

/** Refuses what can be refused before anything is opened. */
async function checkTyped({ source, destination }: Typed, options: FlattenOptions, context: Context): Promise<Naming> {
  const { force = false, inPlace, tags } = options;
  checkOptions(options);
  const servers = typedServers(options, { sources: [source, ...typedBase(options.base)], destination, complete: true });
  const naming = { force, inPlace, tags, servers };
  await checkDestination(source, destination, naming, context);
  if (destination === undefined) checkDefaultDestination(source, naming);
  return naming;
}

/** Opens the given destination, or the default for the source. */
function openTarget(
  destination: string | undefined,
  { from, naming }: { readonly from: Source; readonly naming: Naming },
  context: Context,
): Promise<Destination> {
  const related = { ...naming, like: from.reference, sourceNames: from.names };
  return openDestination(destination ?? defaultDestination(from, naming), related, context);
}

/** What is open for the whole run. */
type Opened = Pick<Job, "from" | "to" | "ahead" | "options" | "servers" | "context">;

interface OpenedImages {
  /** With the requested changes to the configs; verify compares the result with these. */
  readonly loaded: LoadedImages;
  readonly stacks: readonly ChosenStack[];
}

/** Loads the images that were asked for and decides what becomes of their layers. */
async function openImages({ from, to, options, servers, context }: Opened): Promise<OpenedImages> {
  const bases = await startSquash({ asked: options, from, servers }, context);
  const { platforms, allPlatforms } = options;
  const wanted = { platforms, allPlatforms, all: holdsIndex(to.accepts, options) };
  const loaded = changeImages(await loadImages(from, wanted, context), options);
  return { loaded, stacks: await chooseStacks({ images: loaded.images, bases, options, to }) };
}

function startJob(images: OpenedImages, opened: Opened): Job {
  const { stacks, family, diagnostics } = chooseForms({ ...images, ...opened });
  return { ...opened, stacks, family, ofAll: tell(diagnostics, opened.context), done: new Map() };
}

/** What all images of one run share. */
interface Job extends Omit<LayersJob, "encoder"> {
  readonly stacks: readonly FormedStack[];
  readonly servers: Servers;
  /** Diagnostics that were known before the first layer and belong to no single image. */
  readonly ofAll: readonly Diagnostic[];
  /** Results by a key of their layers and compression: images of an index often share all of them. */
  readonly done: Map<string, FlatLayers>;
}

interface Flattened {
  readonly image: Image;
  readonly layers: FlatLayers;
  readonly manifest: Descriptor;
  readonly report: FlattenedImage;
}

async function flattenImage(stack: FormedStack, job: Job): Promise<Flattened> {
  const { image, partition, encoder } = stack;
  const key = JSON.stringify([image.layers.map(layerKey), partition, encoder.compression]);
  await using scratch = createScratch(job.options.scratch);
  const own = { ...job, encoder, context: { ...job.context, scratch } };
  const layers = job.done.get(key) ?? (await flattenLayers(image, partition, own));
  job.done.set(key, layers);
  // Removing a scratch of gigabytes takes about as long as writing the documents.
  const [flattened] = await Promise.all([
    inStage("write", () => writeDocuments(stack, layers, job)),
    scratch[Symbol.asyncDispose](),
  ]);
  return flattened;
}

async function writeDocuments({ image, base }: ChosenStack, flat: FlatLayers, job: Job): Promise<Flattened> {
  const { family, options, to } = job;
  const { history, created, author, message } = options;
  const made = options.provenance === "annotate" ? provenanceAnnotations(image, job.from, options) : {};
  const annotations = { ...made, ...options.annotations };
  const config = rewriteConfig(image, { layers: flat.written, family, history, created, author, message });
  await to.writeBlob(config.descriptor, () => chunksOf(config.bytes));
  const layers = flat.written.map(({ descriptor }) => descriptor);
  const keepsBase = base !== undefined && namesBase(image, base);
  const stays = to.accepts.keepsManifests ?? true;
  const change = { family, config: config.descriptor, layers, keepsBase, annotations, stays };
  const { manifest, diagnostics } = rewriteManifest(image, change);
  await to.writeManifest(manifest);
  const found = tell([...image.diagnostics, ...flat.diagnostics, ...diagnostics], job.context);
  const kept = to.accepts.filesystemOnly ? undefined : manifest.descriptor;
  const documents = { config: config.descriptor, manifest: kept, base };
  return {
    image,
    layers: flat,
    manifest: manifest.descriptor,
    report: describeFlattened(image, { ...flat, diagnostics: found }, documents),
  };
}

interface RootParts {
  readonly loaded: LoadedImages;
  readonly flattened: readonly Flattened[];
  readonly search: ReferrerSearch;
}

interface Root {
  readonly root: Descriptor;
  /** Digests of what did not change. */
  readonly unchanged: ReadonlySet<Digest>;
  /** Digests of attestations that stay in the index as history. */
  readonly kept: ReadonlySet<Digest>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The root is the manifest of the only image, or an index of all, which is written here. */
async function writeRoot({ loaded, flattened, search }: RootParts, job: Job): Promise<Root> {
  const [first] = flattened;
  const written = flattened.map(({ manifest }) => manifest.digest);
  const { index } = loaded;
  if (index === undefined && first !== undefined)
    return { root: onlyRoot(first, job), unchanged: new Set(written), kept: new Set(), diagnostics: [] };
  if (index === undefined) throw new Error("no image was loaded");
  const keeps = job.options.attestations === "keep-as-history";
  const listed = keeps ? await keepAttestations({ loaded, ...job }, job.context) : new Map();
  const made = flattened.map(({ image, manifest }) => [image.manifest.descriptor.digest, manifest] as const);
  const change = { family: job.family, manifests: new Map([...listed, ...made]), zstd: zstdAmong(flattened) };
  const plain = rewriteIndex(index, change);
  const unchanged = new Set([plain.root.digest, ...written]);
  const outdated = keeps ? (await search.found()).referrers.filter(({ subject }) => !unchanged.has(subject)) : [];
  const added = await keepReferrers(outdated, { loaded, ...job }, job.context);
  const { root, indexes, diagnostics } = added.length === 0 ? plain : rewriteIndex(index, { ...change, added });
  for (const document of indexes) await job.to.writeManifest(document);
  const kept = new Set([...listed.keys(), ...added.map(({ digest }) => digest)]);
  return { root, unchanged, kept, diagnostics: tell(diagnostics, job.context) };
}

function zstdAmong(flattened: readonly Flattened[]): ReadonlySet<Digest> {
  const isZstd = ({ layers }: Flattened): boolean => layers.written.some(({ compression }) => compression === "zstd");
  return new Set(flattened.filter(isZstd).map(({ manifest }) => manifest.digest));
}

/** A root filesystem has no manifest; its digest is that of its tar. */
function onlyRoot({ manifest, layers }: Flattened, { to }: Job): Descriptor {
  const [layer] = layers.written;
  return to.accepts.filesystemOnly && layer !== undefined ? layer.descriptor : manifest;
}

interface CommittedResult {
  readonly loaded: LoadedImages;
  readonly flattened: readonly Flattened[];
  readonly root: Descriptor;
  readonly reference: Reference;
}

/** Reads the result back and compares it with the source. */
function verifyResult({ loaded, flattened, root, reference }: CommittedResult, job: Job): Promise<Verification> {
  const { from, to, options, servers, context } = job;
  const { profile: view, latest } = planOptions(options, from, context);
  const before = { source: from, loaded, view };
  const { lenientTar = false, created = false } = options;
  const made = new Map(flattened.map(({ image, layers }) => [image, layers]));
  const asked = {
    latest: (image: Image, layer: number) => (made.get(image)?.written.some(renews(layer)) ? latest : undefined),
    created,
    filesystemOnly: to.accepts.filesystemOnly,
    excluded: (image: Image) => made.get(image)?.exclusions?.paths ?? [],
    // The scan has just verified the diffID of each layer that it read, which is all unless the cache knew some.
    knownDiffIds: (image: Image) => made.get(image)?.before.cachedLayers === 0,
  };
  const verifyOptions = { lenientTar, ...asked, servers };
  return inStage("verify", async () => {
    // Threads that have scanned and encoded use more memory than new ones.
    await context.workers.rest();
    return await verifyCommitted(before, { reference, root }, verifyOptions, context);
  });
}

/** Whether a layer of the result replaces a given layer of the source. */
function renews(layer: number): (written: FlatLayers["written"][number]) => boolean {
  return ({ kept, first, last }) => !kept && first <= layer && layer <= last;
}

interface Written extends RootParts {
  readonly written: Root;
  readonly names: readonly string[];
  readonly reference: Reference;
}

async function describeResult(parts: Written, job: Job): Promise<Omit<FlattenResult, "verified" | "milliseconds">> {
  const { loaded, flattened, search, written, names, reference } = parts;
  const { from, to, options, context } = job;
  const { root } = written;
  const ends = { source: from.reference.text, destination: reference.text };
  const known = { madeManifest: from.madeManifest ?? false, keepsManifests: to.accepts.keepsManifests ?? true };
  const images = flattened.map(({ report }) => report);
  const beside = await search.found();
  const attestations = outdatedAttestations({ loaded, beside, ...written });
  const ofSource = tell([...beside.diagnostics, ...attestationDiagnostics(attestations)], context);
  return {
    ...ends,
    tags: names,
    digest: root.digest,
    mediaType: root.mediaType,
    images,
    ...(attestations.length > 0 && { attestations }),
    ...(options.provenance && {
      provenance: provenanceStatement({ ...ends, digest: root.digest, images, attestations, ...known }, options),
    }),
    diagnostics: [...job.ofAll, ...written.diagnostics, ...ofSource, ...tell(to.diagnostics ?? [], context)],
    scratchBytes: await scratchUsed(context, job),
  };
}

/** The files of the whole run, and at the same time those of one stack of layers, of which the largest counts. */
async function scratchUsed({ scratch }: Context, { done }: Job): Promise<number> {
  return (await scratch.bytes()) + Math.max(0, ...[...done.values()].map(({ scratchBytes }) => scratchBytes));
}
