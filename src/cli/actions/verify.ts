import { type VerifyOptions, verify } from "../../index.ts";
import type { VerifyFlags } from "../commands/verify.ts";
import { GateNotMet } from "../gate.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { verifyView } from "../views/verify-view.ts";
import { writeLines } from "../write-out.ts";
import { withRunOptions } from "./run-options.ts";
import { checkSources } from "./stdio.ts";

/** Arguments and options of `planish verify`. */
export interface VerifyRequest {
  readonly source: string;
  readonly flat: string;
  readonly flags: VerifyFlags;
}

/** Runs `planish verify`. @throws GateNotMet when the two images differ, after printing the result */
export async function runVerify({ source, flat, flags }: VerifyRequest, surroundings: Surroundings): Promise<void> {
  checkSources([source, flat], flags, surroundings);
  const { ignoreCreated = false, fsdigest = false } = flags;
  const own: VerifyOptions = { ignoreCreated, fsdigest };
  const result = await withRunOptions({ ...flags, transient: true }, surroundings, (options) =>
    verify(source, flat, { ...options, ...own }),
  );
  const { style, write } = createOutput(surroundings.stdout, surroundings.env);
  if (flags.format === "json") await writeLines(surroundings, resultJsonLines(result));
  else if (flags.quiet !== true) write(verifyView(result, style));
  if (!result.equal) throw new GateNotMet();
}
