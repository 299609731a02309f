import type { Context } from "../context.ts";
import { copy } from "../copy.ts";
import { inStage } from "../errors.ts";
import { flatten } from "../flatten.ts";
import type { RunOptions } from "../flatten-options.ts";
import { startRun } from "../run.ts";
import type { EngineClient } from "../transport/daemon/client.ts";
import { connectDocker, connectPodman } from "../transport/daemon/open-engine.ts";
import { temporaryTag } from "../transport/daemon/temporary-name.ts";
import { measureRound, type RoundInput, type RoundTimes } from "./engine-round.ts";
import { type LoopbackRegistry, serveForPulls } from "./loopback-registry.ts";
import { writeMarked } from "./marked-archive.ts";
import { type MeasuredStep, type Measurement, type StepName, spreadOf } from "./measurement.ts";
import { reaches } from "./reaches.ts";

/** Options of {@link measure}. */
export interface MeasureOptions extends RunOptions {
  /** Which engine; `docker` by default. */
  readonly engine?: "docker" | "podman";
  /** How many times each image is loaded, run and read; 3 by default. */
  readonly rounds?: number;
}

const ROUNDS = 3;

/**
 * Measures whether an image is faster when flat: a real engine loads the image and the flat image (or pulls them, if
 * the source is a registry), creates and starts a container, whose filesystem is walked and read, and exports it; the
 * images take turns, several times. Nothing of the image is run. The engine is left as it was; the scratch holds four
 * archives.
 * @throws FlattenError as flatten and copy do; TransportError DAEMON_UNREACHABLE, and errors of the engine
 */
export async function measure(source: string, options: MeasureOptions = {}): Promise<Measurement> {
  await using run = startRun(options, { engine: true, rounds: true });
  const { engine = "docker", rounds = ROUNDS, ...shared } = options;
  const { context } = run;
  const client = await inStage("open", () => connect(engine, shared, context));
  const { copies, text, platform } = await prepare(source, shared, context);
  await using registry = await registryFor({ text, copies, client }, context);
  const reached = registry !== undefined && (await reaches(client, registry));
  const times: Record<Variant, RoundTimes[]> = { before: [], flat: [] };
  for (let round = 0; round < rounds; round += 1) {
    // The second one finds warm caches, so the order alternates.
    const order = round % 2 === 0 ? VARIANTS : VARIANTS.toReversed();
    for (const variant of order) {
      const { archive, tag, program } = copies[variant];
      const way = reached ? { archive: undefined, name: `${registry.host}/${tag}` } : { archive, name: local(tag) };
      const input: RoundInput = { client, ...way, program, signal: context.signal };
      times[variant].push(await inStage("write", () => measureRound(input)));
    }
  }
  const steps = STEPS.flatMap((step) => describe(step, times));
  const missing = [
    ...(registry !== undefined && !reached ? [NOT_PULLED] : []),
    ...(steps.some(({ step }) => step === "walk") ? [] : [NOT_WALKED]),
  ];
  return {
    source: text,
    engine,
    endpoint: client.endpoint.text,
    platform,
    rounds,
    steps,
    ...(missing.length > 0 && { notMeasured: missing.join("; ") }),
  };
}

const NOT_WALKED = "stat and read: this user cannot read the engine's containers on this machine";
const NOT_PULLED = "pull: the engine cannot reach the loopback address of this machine";

type Variant = "before" | "flat";
const VARIANTS: readonly Variant[] = ["before", "flat"];
const STEPS: readonly StepName[] = ["load", "pull", "create", "start", "walk", "read", "export"];

function connect(engine: "docker" | "podman", options: RunOptions, context: Context): Promise<EngineClient> {
  return engine === "podman"
    ? connectPodman(options.podman ?? {}, context)
    : connectDocker(options.docker ?? {}, context);
}

/** An image that is ready to be measured. */
interface Copy {
  readonly archive: string;
  readonly tag: string;
  readonly program: string;
}

/** The name of the image in its archive. */
function local(tag: string): string {
  return `localhost/${tag}`;
}

/**
 * Starts a registry if the source is one and the engine is a Docker on this machine: podman pulls without TLS only from
 * registries that its configuration names.
 */
async function registryFor(
  { text, copies, client }: Pick<Prepared, "text" | "copies"> & { readonly client: EngineClient },
  context: Context,
): Promise<LoopbackRegistry | undefined> {
  const pulled = text.startsWith("docker://") && client.engine === "docker" && client.endpoint.text.startsWith("unix:");
  if (!pulled) return undefined;
  const served = VARIANTS.map((variant) => ({ name: copies[variant].tag, archive: copies[variant].archive }));
  return inStage("open", () => serveForPulls(served, context));
}

interface Prepared {
  readonly copies: Readonly<Record<Variant, Copy>>;
  readonly text: string;
  readonly platform: string;
}

/** Writes both images as archives with a unique layer at the bottom. */
async function prepare(source: string, options: RunOptions, context: Context): Promise<Prepared> {
  const { scratch } = context;
  const plain: Record<Variant, string> = {
    before: await scratch.path("before.tar"),
    flat: await scratch.path("flat.tar"),
  };
  const copied = await copy(source, `docker-archive:${plain.before}`, options);
  await flatten(source, `docker-archive:${plain.flat}`, options);
  const mark = async (variant: Variant): Promise<Copy & { readonly platform: string }> => {
    const tag = temporaryTag("load");
    const archive = await scratch.path(`${variant}.marked.tar`);
    const program = `.planish-measure/${tag.slice(tag.lastIndexOf("-") + 1)}`;
    const { platform } = await inStage("write", () =>
      writeMarked({ from: plain[variant], to: archive, name: local(tag), program }, context),
    );
    return { archive, tag, program, platform };
  };
  const { platform, ...before } = await mark("before");
  const { platform: _, ...flat } = await mark("flat");
  return { copies: { before, flat }, text: copied.source, platform };
}

function describe(step: StepName, times: Readonly<Record<Variant, readonly RoundTimes[]>>): MeasuredStep[] {
  const figures = (variant: Variant): number[] =>
    times[variant].map((round) => round[step]).filter((time) => time !== undefined);
  const [before, flat] = [figures("before"), figures("flat")];
  return before.length === 0 || flat.length === 0 ? [] : [{ step, before: spreadOf(before), flat: spreadOf(flat) }];
}
