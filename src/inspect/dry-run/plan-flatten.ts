import { checkEffects } from "../../check-effects.ts";
import { checkOptions, FLATTEN_OPTIONS } from "../../check-options.ts";
import { chooseForms, type FormsJob, sourceDiagnostics } from "../../choose-forms.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { createEncoder } from "../../encode/encoders.ts";
import { inStage } from "../../errors.ts";
import type { FlattenOptions } from "../../flatten-options.ts";
import { attestationDiagnostics, outdatedAttestations } from "../../image/attestations.ts";
import { changeImages } from "../../image/change-image.ts";
import { attestationsToKeep } from "../../image/keep-attestations.ts";
import { holdsIndex, type LoadedImages, loadImages } from "../../image/load-images.ts";
import type { Family } from "../../oci/media-type.ts";
import { startRun } from "../../run.ts";
import { chooseStacks } from "../../squash/choose-stacks.ts";
import { startSquash } from "../../squash/start-squash.ts";
import { typedBase } from "../../squash/typed-base.ts";
import { checkDestination } from "../../transport/check-destination.ts";
import type { Destination, Source } from "../../transport/contracts.ts";
import { defaultDestination } from "../../transport/default-destination.ts";
import { resultNames } from "../../transport/destination-reference.ts";
import { openDestination } from "../../transport/open-destination.ts";
import { destinationMeanwhile } from "../../transport/open-meanwhile.ts";
import { openSource } from "../../transport/open-source.ts";
import { isFileReference } from "../../transport/reference.ts";
import type { Servers } from "../../transport/servers.ts";
import { typedServers } from "../../transport/typed-servers.ts";
import type { FlattenPlan, ImagePlan } from "./flatten-plan.ts";
import { planImage } from "./plan-image.ts";

/** Options of {@link planFlatten}. */
export interface PlanFlattenOptions extends FlattenOptions {
  /** How many of the largest hidden files are listed; 10 by default. */
  readonly most?: number;
}

const MOST = 10;

/**
 * Describes what {@link flatten} would do with the same arguments, without writing: what is kept of each layer, what is
 * hidden and why, and what the result would be. Reads every layer; asks the destination whether it would accept the
 * result, and does not change it. Unlike `flatten` it always works without a destination.
 * @throws what {@link flatten} throws up to the stage `plan`
 */
export async function planFlatten(
  source: string,
  destination: string | undefined,
  options: PlanFlattenOptions = {},
): Promise<FlattenPlan> {
  await using run = startRun(options, { ...FLATTEN_OPTIONS, most: true });
  const { context } = run;
  const naming = await inStage("open", async () => {
    checkOptions(options);
    const typed = typedServers(options, { sources: [source, ...typedBase(options.base)], destination, complete: true });
    const named = namingOf(options, typed);
    await checkDestination(source, destination, named, context);
    return named;
  });
  const { servers } = naming;
  await using meanwhile = destinationMeanwhile(source, destination, naming, context);
  await using from = await inStage("open", () => openSource(source, context, servers));
  await using to = await inStage("open", () => {
    return meanwhile?.take() ?? openGoal(from, destination, { options, servers, context });
  });
  if (to !== undefined) await inStage("open", async () => checkEffects(options, to));
  const bases = await inStage("open", () => startSquash({ asked: options, from, servers }, context));
  const { platforms, allPlatforms } = options;
  const all = to === undefined || holdsIndex(to.accepts, options);
  const loaded = await inStage("open", async () => {
    const unchanged = await loadImages(from, { platforms, allPlatforms, all }, context);
    // Only to refuse changes that cannot be made: a plan describes the configs of the source.
    changeImages(unchanged, options);
    return unchanged;
  });
  const stacks = await inStage("open", () => chooseStacks({ images: loaded.images, bases, options, to }));
  const forms = await inStage("open", () => formsOf({ from, to, loaded, stacks, options }));
  const { family, diagnostics } = forms;
  const job = { from, options, most: options.most ?? MOST };
  const images: ImagePlan[] = [];
  for (const stack of forms.stacks) images.push(await planImage(stack, job, context));
  return {
    source: from.reference.text,
    ...(to !== undefined && { destination: to.reference.text }),
    tags: to === undefined ? [...(options.tags ?? from.names)] : resultNames(to.reference, options.tags, from),
    images,
    diagnostics: [...diagnostics, ...keptOrDropped({ loaded, family }, options)],
  };
}

/** As {@link chooseForms} does; without a destination less is known, and the family is taken to be OCI's. */
function formsOf({ to, ...job }: Omit<FormsJob, "to"> & { readonly to: Destination | undefined }) {
  if (to !== undefined) {
    const { stacks, family, diagnostics } = chooseForms({ ...job, to });
    const planned = stacks.map(({ encoder, ...stack }) => ({ ...stack, compression: encoder.compression }));
    return { stacks: planned, family, diagnostics };
  }
  const { compression: asked = "auto", compressionLevel } = job.options;
  const compression = asked === "auto" ? undefined : createEncoder(asked, compressionLevel).compression;
  const stacks = job.stacks.map((stack) => ({ ...stack, compression }));
  return { stacks, family: "oci" as const, diagnostics: sourceDiagnostics(job.from, job.loaded) };
}

interface KeepJob {
  readonly loaded: LoadedImages;
  readonly family: Family;
}

/** What becomes of attestations in the index, as the flatten will report it; those beside the source are left out. */
function keptOrDropped({ loaded, family }: KeepJob, { attestations }: FlattenOptions): readonly Diagnostic[] {
  const keeps = attestations === "keep-as-history" ? attestationsToKeep({ loaded, family }) : [];
  const kept = new Set(keeps.map(({ digest }) => digest));
  const beside = { referrers: [], diagnostics: [] };
  return attestationDiagnostics(outdatedAttestations({ loaded, beside, unchanged: new Set(), kept }));
}

interface Asked {
  readonly options: FlattenOptions;
  readonly servers: Servers;
  readonly context: Context;
}

/** Opens the destination, which checks whether it accepts the result; disposed without a commit, it is unchanged. */
async function openGoal(
  from: Source,
  destination: string | undefined,
  { options, servers, context }: Asked,
): Promise<Destination | undefined> {
  const text = destination ?? neighbourOf(from, options);
  if (text === undefined) return undefined;
  const related = { ...namingOf(options, servers), like: from.reference, sourceNames: from.names };
  return openDestination(text, related, context);
}

/** The default destination of `flatten`; undefined if it would require one. */
function neighbourOf(from: Source, { inPlace, tags = [] }: FlattenOptions): string | undefined {
  const { reference, names } = from;
  const inEngine = !isFileReference(reference) && reference.transport !== "docker";
  return inEngine && names.length + tags.length > 0 ? defaultDestination(from, { inPlace, tags }) : undefined;
}

function namingOf({ force = false, inPlace, tags }: FlattenOptions, servers: Servers) {
  return { force, inPlace, tags, servers };
}
