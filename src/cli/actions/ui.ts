import { once } from "node:events";
import { type ServeOptions, serveReports } from "../../index.ts";
import type { UiFlags } from "../commands/ui.ts";
import { given, wholeNumber } from "../option-values.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { definedOnly, withRunOptions } from "./run-options.ts";
import { checkSources } from "./stdio.ts";

/** Arguments and options of `planish ui`. */
export interface UiRequest {
  readonly source: string | undefined;
  readonly flat: string | undefined;
  readonly flags: UiFlags;
}

/** Runs `planish ui`: serves until it is interrupted, which is its normal end, with status 0. */
export async function runUi({ source, flat, flags }: UiRequest, surroundings: Surroundings): Promise<void> {
  checkSources([source, flat], flags, surroundings);
  const port = given(flags.port, wholeNumber("--port", 1, 65_535));
  const own = definedOnly<ServeOptions>({ flat, port, engine: flags.engine });
  await using server = await withRunOptions({ ...flags, transient: true }, surroundings, (options) =>
    serveReports(source, { ...options, ...own }),
  );
  const { stdout, env, signal } = surroundings;
  const { style, write } = createOutput(stdout, env);
  if (flags.format === "json") await writeLines(surroundings, resultJsonLines({ url: server.url }));
  else if (flags.quiet === true) write(server.url);
  else write(`${style.paint("bold", server.url)}\nOpen this in a browser on this machine. Stop with Ctrl-C.`);
  if (!signal.aborted) await once(signal, "abort");
}
