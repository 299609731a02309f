import { history } from "../../index.ts";
import type { HistoryFlags } from "../commands/history.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { historyView } from "../views/history-view.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { withRunOptions } from "./run-options.ts";
import { checkSource } from "./stdio.ts";

/** Arguments and options of `planish history`. */
export interface HistoryRequest {
  readonly source: string;
  readonly flags: HistoryFlags;
}

/** Runs `planish history`. */
export async function runHistory({ source, flags }: HistoryRequest, surroundings: Surroundings): Promise<void> {
  checkSource(source, flags, surroundings);
  const result = await withRunOptions({ ...flags, transient: true }, surroundings, (options) =>
    history(source, options),
  );
  const { style, write } = createOutput(surroundings.stdout, surroundings.env);
  if (flags.format === "json") return writeLines(surroundings, resultJsonLines(result));
  write(historyView(result, { ...style, now: surroundings.now(), trunc: flags.trunc }));
}
