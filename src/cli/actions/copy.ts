import { type CopyOptions, type CopyResult, copy } from "../../index.ts";
import type { CopyFlags } from "../commands/copy.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { copySummary } from "../views/copy-summary.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { definedOnly, withRunOptions } from "./run-options.ts";
import { checkDestination, checkSideFile, checkSource, isStdio } from "./stdio.ts";
import { openTextFile } from "./text-file.ts";

/** Arguments and options of `planish copy`. */
export interface CopyRequest {
  readonly source: string;
  readonly destination: string;
  readonly flags: CopyFlags;
}

/** Runs `planish copy`: checks the arguments, copies, prints the result. */
export async function runCopy(request: CopyRequest, surroundings: Surroundings): Promise<void> {
  const { source, destination, flags } = request;
  checkSource(source, flags, surroundings);
  checkDestination(destination, flags.format, surroundings);
  checkSideFile("--digestfile", flags.digestfile, flags.format);
  const beside = { sources: [source], destinations: [destination], signal: surroundings.signal };
  const writeDigest = await openTextFile(flags.digestfile, { option: "--digestfile", ...beside });
  const { tag: tags, force, inPlace, allPlatforms, compression } = flags;
  const own = definedOnly<CopyOptions>({ tags, force, inPlace, allPlatforms, compression });
  const result = await withRunOptions(flags, surroundings, (options) =>
    copy(source, destination, { ...options, ...own }),
  );
  await writeDigest?.(result.digest);
  await tell(result, request, surroundings);
}

/** Prints the result, on stderr if the archive went to stdout. */
async function tell(
  result: CopyResult,
  { destination, flags }: CopyRequest,
  { stdout, stderr, env, signal }: Surroundings,
): Promise<void> {
  const stream = isStdio(destination) ? stderr : stdout;
  const { style, write } = createOutput(stream, env);
  if (flags.format === "json") await writeLines({ stdout: stream, signal }, resultJsonLines(result));
  else if (flags.quiet === true) write(result.digest);
  else write(copySummary(result, style));
}
