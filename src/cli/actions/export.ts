import { type FlattenOptions, type FlattenResult, flatten } from "../../index.ts";
import type { ExportFlags } from "../commands/export.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { exportSummary } from "../views/export-summary.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { contentOptions } from "./content-options.ts";
import { layerOptions } from "./layer-options.ts";
import { noteResult } from "./note-result.ts";
import { definedOnly, withRunOptions } from "./run-options.ts";
import { checkDestination, checkSideFile, checkSource, isStdio } from "./stdio.ts";

/** Arguments and options of `planish export`. */
export interface ExportRequest {
  readonly source: string;
  readonly destination: string;
  readonly flags: ExportFlags;
}

/** Runs `planish export`: a flatten whose result is a root filesystem. */
export async function runExport(
  { source, destination, flags }: ExportRequest,
  surroundings: Surroundings,
): Promise<void> {
  const to = asRootfs(destination);
  checkSource(source, flags, surroundings);
  checkDestination(to, flags.format, surroundings);
  const { configOut, force } = flags;
  checkSideFile("--config-out", configOut, flags.format);
  const own = { ...definedOnly<FlattenOptions>({ force, rootfs: { configOut } }), ...layerOptions(flags) };
  const content = await contentOptions(flags);
  const result = await withRunOptions(flags, surroundings, (options) =>
    flatten(source, to, { ...options, ...own, ...content, onCommitted: noteResult(surroundings) }),
  );
  await tell(result, flags, isStdio(to) ? surroundings.stderr : surroundings.stdout, surroundings);
}

/** Takes the text as a path, whatever it looks like, unless it starts with `rootfs:`. */
export function asRootfs(path: string): string {
  return path.startsWith("rootfs:") ? path : `rootfs:${path}`;
}

async function tell(
  result: FlattenResult,
  flags: ExportFlags,
  stdout: NodeJS.WriteStream,
  { env, signal }: Surroundings,
): Promise<void> {
  const { style, write } = createOutput(stdout, env);
  if (flags.format === "json") await writeLines({ stdout, signal }, resultJsonLines(result));
  else if (flags.quiet === true) write(result.digest);
  else write(exportSummary(result, flags.configOut, style));
}
