import { explain } from "../../index.ts";
import type { LookFlags } from "../commands/look-options.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { explainView } from "../views/explain-view.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { entryPath, type LookRequest, look } from "./look.ts";

/** Runs `planish explain`. */
export async function runExplain(request: LookRequest<LookFlags>, surroundings: Surroundings): Promise<void> {
  const { source, path, flags } = request;
  const result = await look(request, surroundings, (options) => explain(source, entryPath(path), options));
  if (flags.format === "json") return writeLines(surroundings, resultJsonLines(result));
  const { style, write } = createOutput(surroundings.stdout, surroundings.env);
  write(explainView(result, style));
}
