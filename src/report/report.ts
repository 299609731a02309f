import { checkArguments } from "../check-values.ts";
import { inStage } from "../errors.ts";
import type { RunOptions } from "../flatten-options.ts";
import { startRun } from "../run.ts";
import { openTarget, type Target } from "../transport/archive/target.ts";
import { assertApart } from "../transport/assert-apart.ts";
import { parseReference } from "../transport/parse-reference.ts";
import { gatherReport } from "./gather-report.ts";
import type { ReportData } from "./report-data.ts";
import { reportHtml } from "./report-html.ts";
import type { ReportResult } from "./report-result.ts";

/** Options of {@link report}. */
export interface ReportOptions extends RunOptions {
  /** A flat image to compare with the source; without one the report shows what a flatten would write. */
  readonly flat?: string;
  /** Replaces an existing file. */
  readonly force?: boolean;
}

/**
 * Writes a report on an image as one HTML file: its layers and what each hides, every entry of every layer, the config,
 * and its flat image or the plan of one. The file needs no network and no other files. From an index one platform is
 * shown. `output` is a path, or `-` for stdout; the file appears only when it is complete.
 * @throws FlattenError whose `code` says what was wrong and whose `stage` says where it was found
 */
export async function report(source: string, output: string, options: ReportOptions = {}): Promise<ReportResult> {
  checkArguments({ output });
  await using run = startRun(options, { flat: true, force: true });
  const { context } = run;
  const { flat, force = false } = options;
  const target = await inStage("open", async () => {
    parseReference(source);
    await assertApart(output, { option: "--output", sources: [source, flat ?? ""], destinations: [] });
    return openTarget(output, { force }, context);
  });
  const data = await gatherReport({ source, flat }, options, context);
  const bytes = new TextEncoder().encode(await reportHtml(data));
  await inStage("write", () => write(target, bytes, context.signal));
  return { ...describe(data), output, size: bytes.length };
}

async function write(target: Target, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  await using _ = target;
  await using file = await target.create(signal);
  await file.append(bytes);
  await file.sync();
  await target.publish();
}

function describe({ source, names, image, flat, files }: ReportData): Omit<ReportResult, "output" | "size"> {
  const { platform, manifest, diagnostics } = image;
  return { source, names, platform, manifest, entries: files.layers.length, flat, diagnostics };
}
