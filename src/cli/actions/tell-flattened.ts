import type { FlattenResult } from "../../index.ts";
import { GateNotMet } from "../gate.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { flattenSummary } from "../views/flatten-summary.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { isStdio } from "./stdio.ts";

/** How a result is printed. */
export interface Telling {
  readonly destination: string | undefined;
  readonly flags: { readonly format: string; readonly quiet?: boolean };
  /** Past participle for the headline; `Flattened` by default. */
  readonly done?: string;
}

/**
 * Prints the result of a flatten, on stderr if the archive went to stdout.
 * @throws GateNotMet when `--verify` found the result to differ from its source, after printing that
 */
export async function tellFlattened(
  result: FlattenResult,
  { destination, flags, done }: Telling,
  { stdout, stderr, env, signal }: Pick<Surroundings, "stdout" | "stderr" | "env" | "signal">,
): Promise<void> {
  const differs = result.verified?.equal === false;
  const stream = destination !== undefined && isStdio(destination) ? stderr : stdout;
  const { style, write } = createOutput(stream, env);
  if (flags.format === "json") await writeLines({ stdout: stream, signal }, resultJsonLines(result));
  else if (flags.quiet === true) {
    write(result.digest);
    if (differs) stderr.write("planish: the result is not the same as its source\n");
  } else write(flattenSummary(result, style, done === undefined ? {} : { done }));
  if (differs) throw new GateNotMet();
}
