import { analyze } from "../../index.ts";
import type { AnalyzeFlags } from "../commands/analyze.ts";
import { wholeNumber } from "../option-values.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { createPaint } from "../terminal.ts";
import { analysisView } from "../views/analysis-view.ts";
import { resultJson } from "../views/result-json.ts";
import { withRunOptions } from "./run-options.ts";
import { checkSource } from "./stdio.ts";

/** What `planish analyze` was asked for. */
export interface AnalyzeRequest {
  readonly images: readonly string[];
  readonly flags: AnalyzeFlags;
}

/** Carries `planish analyze` out. */
export async function runAnalyze({ images, flags }: AnalyzeRequest, surroundings: Surroundings): Promise<void> {
  for (const image of images) checkSource(image, flags, surroundings);
  const most = wholeNumber("--top", 1)(flags.top);
  const result = await withRunOptions({ ...flags, transient: true }, surroundings, (options) =>
    analyze(images, { ...options, most }),
  );
  const { terminal, write } = createOutput(surroundings.stdout, surroundings.env);
  if (flags.format === "json") return write(resultJson(result));
  write(analysisView(result, { paint: createPaint(terminal), columns: terminal.columns }));
}
