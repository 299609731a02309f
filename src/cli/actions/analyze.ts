import { type AnalysisResult, type AnalyzeOptions, analyze, UsageError } from "../../index.ts";
import type { AnalysisFormat, AnalyzeFlags } from "../commands/analyze.ts";
import { GateNotMet } from "../gate.ts";
import { wholeNumber } from "../option-values.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { createPaint } from "../terminal.ts";
import { analysisJunit } from "../views/analysis-junit.ts";
import { analysisMarkdown } from "../views/analysis-markdown.ts";
import { analysisSarif } from "../views/analysis-sarif.ts";
import { analysisView } from "../views/analysis-view.ts";
import type { ViewStyle } from "../views/diagnostics-text.ts";
import { resultJson } from "../views/result-json.ts";
import { withRunOptions } from "./run-options.ts";
import { checkSource, isStdio } from "./stdio.ts";

/** What `planish analyze` was asked for. */
export interface AnalyzeRequest {
  readonly images: readonly string[];
  readonly flags: AnalyzeFlags;
}

const FORMATS: Readonly<Record<AnalysisFormat, (result: AnalysisResult, style: ViewStyle) => string>> = {
  text: analysisView,
  json: resultJson,
  sarif: analysisSarif,
  junit: analysisJunit,
  markdown: analysisMarkdown,
};

/** Carries `planish analyze` out. @throws GateNotMet when a condition of `--fail-on` holds, once everything was told */
export async function runAnalyze({ images, flags }: AnalyzeRequest, surroundings: Surroundings): Promise<void> {
  for (const image of images) checkSource(image, flags, surroundings);
  if (images.filter(isStdio).length > 1) {
    throw new UsageError("ARGUMENT_INVALID", "several images are stdin, which holds only one");
  }
  const most = wholeNumber("--top", 1)(flags.top);
  const own: AnalyzeOptions = { most, ...(flags.failOn && { failOn: flags.failOn }) };
  const shared = { ...flags, format: flags.format === "text" ? ("text" as const) : ("json" as const) };
  const result = await withRunOptions({ ...shared, transient: true }, surroundings, (options) =>
    analyze(images, { ...options, ...own }),
  );
  const { terminal, write } = createOutput(surroundings.stdout, surroundings.env);
  write(FORMATS[flags.format](result, { paint: createPaint(terminal), columns: terminal.columns }));
  if (result.gates?.some(({ passed }) => !passed)) throw new GateNotMet();
}
