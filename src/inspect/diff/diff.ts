import { checkArguments } from "../../check-values.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { inStage, UsageError } from "../../errors.ts";
import type { RunOptions } from "../../flatten-options.ts";
import { layerKey } from "../../image/image.ts";
import { formatPlatform } from "../../oci/platform.ts";
import { planMerge } from "../../plan/plan-merge.ts";
import { planStage } from "../../progress/plan-stage.ts";
import { planOptions, startRun } from "../../run.ts";
import { KEEP_NOTHING } from "../../scan/kept-bytes.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import { scanImage } from "../../scan/scan-image.ts";
import { sourceMeanwhile } from "../../transport/open-meanwhile.ts";
import { typedServers } from "../../transport/typed-servers.ts";
import { differingConfigs } from "../../verify/compare-configs.ts";
import { type LayerRange, layerNumbers } from "../layer-numbers.ts";
import { type OneImage, openOneImage } from "../one-image.ts";
import { contentDigests, type FindDigest } from "./content-digests.ts";
import {
  DIFF_ATTRIBUTES,
  type DiffAttribute,
  type DiffResult,
  type DiffSide,
  type DiffSum,
  type FileDifference,
} from "./diff-result.ts";
import type { ContentPlace, ScannedSide } from "./diff-side.ts";
import { type JoinedFile, joinSides } from "./join-sides.ts";

/** Options of {@link diff}. */
export interface DiffOptions extends Omit<RunOptions, "strict"> {
  /** Compares only the filesystem that these layers of `a` make together; all layers by default. */
  readonly layersA?: LayerRange | undefined;
  /** The same of `b`. */
  readonly layersB?: LayerRange | undefined;
  /** Attributes that are not compared; if `content` is among them, files of equal size count as equal. */
  readonly ignore?: readonly DiffAttribute[] | undefined;
}

/**
 * Compares two images: their filesystems as an engine mounts them, path by path and attribute by attribute, and their
 * configs. One image of an index is compared: that for `platforms`, else for linux on this architecture. Each layer is
 * read once, also if both images have it; contents are read again and hashed only if two files of equal size are in
 * different places.
 * @throws FlattenError whose `code` says what was wrong and whose `stage` says where it was found
 */
export async function diff(a: string, b: string, options: DiffOptions = {}): Promise<DiffResult> {
  await using run = startRun(options, { layersA: true, layersB: true, ignore: true });
  checkIgnored(options);
  const { context } = run;
  const servers = await inStage("open", () => typedServers(options, { sources: [a, b] }));
  await using meanwhile = sourceMeanwhile(b, context, servers);
  await using fromA = await openOneImage(a, { options, servers }, context);
  await using fromB = await openOneImage(b, { options, servers, meanwhile }, context);
  const scannedA = await scanSide(fromA, layerNumbers(options.layersA, fromA), { options, context });
  const scannedB = await scanSide(fromB, layerNumbers(options.layersB, fromB), { options, context, known: scannedA });
  return await compare([scannedA, scannedB], options, context);
}

/**
 * Lists what one layer of an image changes: compares the filesystem of the layers below it with that including it. The
 * config is not compared.
 * @throws UsageError ARGUMENT_INVALID for a layer that does not exist; FlattenError
 */
export async function diffLayer(
  source: string,
  layer: number,
  options: Omit<DiffOptions, "layersA" | "layersB"> = {},
): Promise<DiffResult> {
  checkArguments({ layer });
  await using run = startRun(options, { ignore: true });
  checkIgnored(options);
  const { context } = run;
  const servers = await inStage("open", () => typedServers(options, { sources: [source] }));
  await using from = await openOneImage(source, { options, servers }, context);
  const [top = 0] = layerNumbers({ first: layer, last: layer }, from);
  const all = await scanSide(from, layerNumbers({ first: 0, last: top }, from), { options, context });
  const below = await scanSide(from, all.numbers.slice(0, -1), { options, context, known: all });
  return await compare([below, all], options, context);
}

function checkIgnored({ ignore = [] }: DiffOptions): void {
  const unknown = ignore.find((attribute) => !DIFF_ATTRIBUTES.includes(attribute));
  if (unknown === undefined) return;
  throw new UsageError("ARGUMENT_INVALID", `the option ignore: there is no attribute ${JSON.stringify(unknown)}`, {
    details: { hint: `the attributes are ${DIFF_ATTRIBUTES.join(", ")}` },
  });
}

interface ScanJob {
  readonly options: DiffOptions;
  readonly context: Context;
  /** A scanned side; layers that it shares with this one are not scanned again. */
  readonly known?: ScannedSide | undefined;
}

async function scanSide(side: OneImage, numbers: readonly number[], job: ScanJob): Promise<ScannedSide> {
  const { from, image } = side;
  const { options, context, known } = job;
  const only = numbers.filter((number) => known?.byKey.get(keyAt(side, number)) === undefined);
  const scan = { source: from, lenientTar: options.lenientTar ?? false, keep: KEEP_NOTHING, only, later: true };
  const indexes = only.length === 0 ? [] : await inStage("scan", () => scanImage(image, scan, context));
  const scanned = new Map(only.map((number, at) => [keyAt(side, number), indexes[at] as LayerIndex]));
  const byKey = new Map(
    numbers.map((number) => {
      const key = keyAt(side, number);
      return [key, (known?.byKey.get(key) ?? scanned.get(key)) as LayerIndex];
    }),
  );
  const layers = numbers.map((number) => byKey.get(keyAt(side, number)) as LayerIndex);
  const plan = await planStage({ image, layers }, context, () =>
    planMerge(layers, planOptions(options, from, context)),
  );
  return { ...side, numbers, layers, byKey, plan };
}

function keyAt({ image }: Pick<OneImage, "image">, number: number): string {
  const layer = image.layers[number];
  if (layer === undefined) throw new RangeError(`no layer ${number}`);
  return layerKey(layer);
}

async function compare(
  sides: readonly [ScannedSide, ScannedSide],
  { ignore = [] }: DiffOptions,
  context: Context,
): Promise<DiffResult> {
  const [a, b] = sides;
  const ignored = new Set(ignore);
  // All layers are scanned; idle threads would keep their heaps.
  await context.workers.rest();
  // Joined twice: keeping everything that may differ until contents are known would take more memory than what differs.
  const wanted = contentsOf(joinSides(sides, ignored), sides);
  const digestOf = await inStage("scan", () => contentDigests(wanted, context));
  const differences: FileDifference[] = [];
  const sums = { added: new Sum(), removed: new Sum(), changed: new Sum() };
  await inStage("plan", async () => {
    for (const joined of joinSides(sides, ignored)) {
      const file = settle(joined, sides, digestOf);
      if (file === undefined) continue;
      sums[file.difference.kind].add(file);
      differences.push(file.difference);
    }
  });
  const config = haveConfigs(a, b) ? differingConfigs(a.image, b.image) : [];
  return {
    a: describeSide(a),
    b: describeSide(b),
    equal: differences.length + config.length === 0,
    added: sums.added.result(),
    removed: sums.removed.result(),
    changed: sums.changed.result(),
    differences,
    config: config.map(({ field, source, flat }) => ({ field, a: source, b: flat })),
    ignored: [...ignored],
    diagnostics: (a.image === b.image ? [a] : [a, b]).flatMap(diagnosticsOf),
  };
}

function diagnosticsOf({ from, loaded, image }: ScannedSide): Diagnostic[] {
  return [...from.diagnostics, ...loaded.diagnostics, ...image.diagnostics];
}

/** Whether both sides have a config, and not the same one. */
function haveConfigs(a: ScannedSide, b: ScannedSide): boolean {
  return a.image !== b.image && ![a, b].some(({ from }) => from.madeConfig);
}

/** The contents that have to be hashed. */
function* contentsOf(
  joined: Iterable<JoinedFile>,
  [a, b]: readonly [ScannedSide, ScannedSide],
): Generator<readonly [ScannedSide, ContentPlace], void> {
  for (const { contents } of joined) {
    if (contents === undefined) continue;
    yield [a, contents[0]];
    yield [b, contents[1]];
  }
}

/** Adds whether the contents differ; undefined if nothing differs. */
function settle(
  joined: JoinedFile,
  [a, b]: readonly [ScannedSide, ScannedSide],
  digestOf: FindDigest,
): JoinedFile | undefined {
  const { difference, contents } = joined;
  if (contents === undefined) return joined;
  const { attributes } = difference;
  const [was, is] = [digestOf(a, contents[0]), digestOf(b, contents[1])];
  if (was === is) return attributes.length === 0 ? undefined : joined;
  // Not spread into a new array, which would reserve memory for a dozen more elements.
  const all = attributes.concat({ attribute: "content", a: was, b: is });
  return { ...joined, difference: { ...difference, attributes: all } };
}

function describeSide({ from, image, numbers, plan }: ScannedSide): DiffSide {
  return {
    source: from.reference.text,
    platform: formatPlatform(image.platform),
    manifest: image.manifest.descriptor.digest,
    layers: numbers,
    entries: plan.entryCount,
  };
}

/**
 * Adds up the paths with one kind of difference. A file with several names counts once: as changed at its first name,
 * as added or removed only if all its names were.
 */
class Sum {
  #entries = 0;
  #size = 0;
  /** How many names of files with several were added so far. */
  readonly #met = new Map<string, number>();

  add({ difference: { kind, size }, leader, names }: JoinedFile): void {
    this.#entries += 1;
    const met = (this.#met.get(leader) ?? 0) + 1;
    if (names > 1) this.#met.set(leader, met);
    if (met === (kind === "changed" ? 1 : names)) this.#size += size;
  }

  result(): DiffSum {
    return { entries: this.#entries, size: this.#size };
  }
}
