import { type DiffOptions, type DiffResult, diff, diffLayer, UsageError } from "../../index.ts";
import type { DiffFlags } from "../commands/diff.ts";
import { GateNotMet } from "../gate.ts";
import { given, layerRange, wholeNumber } from "../option-values.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { diffView } from "../views/diff-view.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { tellNotes } from "./look.ts";
import { withRunOptions } from "./run-options.ts";
import { checkSources } from "./stdio.ts";

/** Arguments and options of `planish diff`. */
export interface DiffRequest {
  readonly a: string;
  readonly b: string | undefined;
  readonly flags: DiffFlags;
}

/**
 * Runs `planish diff`. @throws GateNotMet with `--exit-code` or `--quiet` if there is a difference, after printing it
 */
export async function runDiff(request: DiffRequest, surroundings: Surroundings): Promise<void> {
  const { a, b, flags } = request;
  checkSources([a, b], flags, surroundings);
  const compare = comparison(request);
  const result = await withRunOptions({ ...flags, transient: true }, surroundings, ({ strict: _, ...options }) =>
    compare({ ...options, ignore: flags.ignore }),
  );
  if (flags.quiet !== true) {
    const { style } = createOutput(surroundings.stdout, surroundings.env);
    await writeLines(surroundings, flags.format === "json" ? resultJsonLines(result) : diffView(result, style));
    if (flags.format !== "json") tellNotes(result.diagnostics, surroundings);
  }
  if (!result.equal && (flags.exitCode === true || flags.quiet === true)) throw new GateNotMet();
}

/** The requested comparison. @throws UsageError ARGUMENT_INVALID */
function comparison({ a, b, flags }: DiffRequest): (options: DiffOptions) => Promise<DiffResult> {
  const { layer, layersA, layersB } = flags;
  if (layer !== undefined && (b ?? layersA ?? layersB) !== undefined) {
    throw new UsageError(
      "ARGUMENT_INVALID",
      "--layer is for one image: it cannot be combined with B, --layers-a or --layers-b",
    );
  }
  if (layer !== undefined) {
    const number = wholeNumber("--layer", 0)(layer);
    return (options) => diffLayer(a, number, options);
  }
  if (b === undefined) {
    throw new UsageError("ARGUMENT_INVALID", "a second image is missing", {
      details: { hint: "planish diff A B, or planish diff A --layer N for what a layer changes" },
    });
  }
  const ranges = {
    layersA: given(layersA, layerRange("--layers-a")),
    layersB: given(layersB, layerRange("--layers-b")),
  };
  return (options) => diff(a, b, { ...options, ...ranges });
}
