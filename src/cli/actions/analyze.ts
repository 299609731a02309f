import { type AnalyzeOptions, analyze, type Measurement, measure, UsageError } from "../../index.ts";
import type { AnalysisFormat, AnalyzeFlags } from "../commands/analyze.ts";
import { GateNotMet } from "../gate.ts";
import { wholeNumber } from "../option-values.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import type { ViewStyle } from "../terminal.ts";
import { analysisJunit } from "../views/analysis-junit.ts";
import { analysisMarkdown } from "../views/analysis-markdown.ts";
import { analysisSarif } from "../views/analysis-sarif.ts";
import { type AnalysisReport, analysisView, fleetView, unheldImages } from "../views/analysis-view.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { definedOnly, withRunOptions } from "./run-options.ts";
import { checkSource, isStdio } from "./stdio.ts";

/** Arguments and options of `planish analyze`. */
export interface AnalyzeRequest {
  readonly images: readonly string[];
  readonly flags: AnalyzeFlags;
}

const VIEWS: Readonly<Record<Exclude<AnalysisFormat, "json">, (result: AnalysisReport, style: ViewStyle) => string>> = {
  text: analysisView,
  sarif: analysisSarif,
  junit: analysisJunit,
  markdown: analysisMarkdown,
};

/** Runs `planish analyze`. @throws GateNotMet when a condition of `--fail-on` holds, after the result was printed */
export async function runAnalyze({ images, flags }: AnalyzeRequest, surroundings: Surroundings): Promise<void> {
  if (images.length === 0 && flags.allOf === undefined) {
    throw new UsageError("ARGUMENT_INVALID", "no image is named", {
      details: { hint: "name one or more, or all in a place: --all-of docker-daemon" },
    });
  }
  if (flags.measure === true && images.some(isStdio)) {
    throw new UsageError(
      "ARGUMENT_INVALID",
      "--measure reads the image more than once, and stdin can be read only once",
    );
  }
  for (const option of ["engine", "rounds"] as const) {
    if (flags[option] === undefined || flags.measure === true) continue;
    throw new UsageError("ARGUMENT_INVALID", `--${option} says how --measure measures, and nothing is measured`);
  }
  for (const image of images) checkSource(image, flags, surroundings);
  if (images.filter(isStdio).length > 1) {
    throw new UsageError("ARGUMENT_INVALID", "several images are stdin, which holds only one");
  }
  const { engine = "docker", rounds: times = "3" } = flags;
  const [most, rounds] = [wholeNumber("--top", 1)(flags.top), wholeNumber("--rounds", 1)(times)];
  const own: AnalyzeOptions = definedOnly({ most, failOn: flags.failOn, allOf: flags.allOf });
  const shared = { ...flags, format: flags.format === "text" ? ("text" as const) : ("json" as const) };
  const result = await withRunOptions({ ...shared, transient: true }, surroundings, async (options) => {
    const analyzed = await analyze(images, { ...options, ...own });
    if (flags.measure !== true) return analyzed;
    const measured: Measurement[] = [];
    const inPlace = analyzed.sources.slice(images.length).map(({ source }) => source);
    for (const image of [...images, ...inPlace]) measured.push(await measure(image, { ...options, rounds, engine }));
    return { ...analyzed, measured };
  });
  if (flags.format === "json") await writeLines(surroundings, resultJsonLines(result));
  else {
    const { style, write } = createOutput(surroundings.stdout, surroundings.env);
    const brief = flags.format === "text" && flags.allOf !== undefined && result.fleet !== undefined;
    write((brief ? fleetView : VIEWS[flags.format])(result, style));
  }
  // An image that cannot be read might fail a gate.
  if (result.gates?.some(({ passed }) => !passed) || unheldImages(result) > 0) throw new GateNotMet();
}
