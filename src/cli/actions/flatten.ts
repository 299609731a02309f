import { type FlattenOptions, flatten, planFlatten } from "../../index.ts";
import type { FlattenFlags } from "../commands/flatten.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { flattenPlanView } from "../views/flatten-plan-view.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { changeOptions } from "./change-options.ts";
import { contentOptions } from "./content-options.ts";
import { layerOptions } from "./layer-options.ts";
import { noteResult } from "./note-result.ts";
import { provenanceOptions } from "./provenance-options.ts";
import { definedOnly, withRunOptions } from "./run-options.ts";
import { squashOptions } from "./squash-options.ts";
import { checkDestination, checkSideFile, checkSource } from "./stdio.ts";
import { tellFlattened } from "./tell-flattened.ts";
import { openTextFile } from "./text-file.ts";
import { timeOptions } from "./time-options.ts";

/** Arguments and options of `planish flatten`. */
export interface FlattenRequest {
  readonly source: string;
  /** By default beside the source. */
  readonly destination: string | undefined;
  readonly flags: FlattenFlags;
}

/**
 * Runs `planish flatten`: checks the arguments, flattens, prints the result.
 * @throws GateNotMet when `--verify` found the result to differ from its source, after printing that
 */
export async function runFlatten(request: FlattenRequest, surroundings: Surroundings): Promise<void> {
  const { source, destination, flags } = request;
  checkSource(source, flags, surroundings);
  if (destination !== undefined && flags.dryRun !== true) checkDestination(destination, flags.format, surroundings);
  const { digestfile, provenanceOut } = flags;
  checkSideFile("--digestfile", digestfile, flags.format);
  checkSideFile("--provenance-out", provenanceOut, flags.format);
  const beside = { sources: [source], destinations: [destination ?? ""], signal: surroundings.signal };
  const writeDigest = await openTextFile(digestfile, { option: "--digestfile", ...beside });
  const destinations = [...beside.destinations, digestfile ?? ""];
  const writeStatement = await openTextFile(provenanceOut, { option: "--provenance-out", ...beside, destinations });
  const own = {
    ...ownOptions(flags),
    ...layerOptions(flags),
    ...squashOptions(flags),
    ...(await contentOptions(flags)),
    ...changeOptions(flags),
    ...timeOptions(flags, surroundings),
    ...provenanceOptions(flags),
  };
  if (flags.dryRun === true) return tellPlan(request, own, surroundings);
  const result = await withRunOptions(flags, surroundings, (options) =>
    flatten(source, destination, { ...options, ...own, onCommitted: noteResult(surroundings) }),
  );
  await writeDigest?.(result.digest);
  await writeStatement?.(JSON.stringify(result.provenance, null, 2));
  await tellFlattened(result, request, surroundings);
}

function ownOptions(flags: FlattenFlags): FlattenOptions {
  return definedOnly<FlattenOptions>({
    history: flags.history,
    tags: flags.tag,
    force: flags.force,
    verify: flags.verify,
    inPlace: flags.inPlace,
    allPlatforms: flags.allPlatforms,
  });
}

/** Prints what would be done. */
async function tellPlan(request: FlattenRequest, own: FlattenOptions, surroundings: Surroundings): Promise<void> {
  const { source, destination, flags } = request;
  const plan = await withRunOptions({ ...flags, transient: true }, surroundings, (options) =>
    planFlatten(source, destination, { ...options, ...own }),
  );
  if (flags.format === "json") return writeLines(surroundings, resultJsonLines(plan));
  const { style, write } = createOutput(surroundings.stdout, surroundings.env);
  write(flattenPlanView(plan, style));
}
