import { report } from "../../index.ts";
import type { ReportFlags } from "../commands/report.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { reportView } from "../views/report-view.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { definedOnly, withRunOptions } from "./run-options.ts";
import { checkDestination, checkSources, isStdio } from "./stdio.ts";

/** Arguments and options of `planish report`. */
export interface ReportRequest {
  readonly source: string;
  readonly flat: string | undefined;
  readonly flags: ReportFlags;
}

/** Runs `planish report`. The summary goes to stderr if the report goes to stdout. */
export async function runReport({ source, flat, flags }: ReportRequest, surroundings: Surroundings): Promise<void> {
  const { output, force, format } = flags;
  checkDestination(output, format, surroundings);
  checkSources([source, flat], flags, surroundings);
  const own = definedOnly<{ flat?: string; force?: boolean }>({ flat, force });
  const result = await withRunOptions({ ...flags, transient: true }, surroundings, (options) =>
    report(source, output, { ...options, ...own }),
  );
  const { stdout, stderr, env, signal } = surroundings;
  const stream = isStdio(output) ? stderr : stdout;
  const { style, write } = createOutput(stream, env);
  if (format === "json") await writeLines({ stdout: stream, signal }, resultJsonLines(result));
  else if (flags.quiet !== true) write(reportView(result, style));
}
