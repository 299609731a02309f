import { listFiles } from "../../index.ts";
import type { LsFlags } from "../commands/ls.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { lsView } from "../views/ls-view.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { entryPath, type LookRequest, look, tellNotes } from "./look.ts";

/** Runs `planish ls`. */
export async function runLs(request: LookRequest<LsFlags>, surroundings: Surroundings): Promise<void> {
  const { path, flags } = request;
  const { recursive, directory, sort, bytes } = flags;
  const result = await look(request, surroundings, (options) =>
    listFiles(request.source, entryPath(path), { ...options, recursive, directory }),
  );
  if (flags.format === "json") return writeLines(surroundings, resultJsonLines(result));
  const { style } = createOutput(surroundings.stdout, surroundings.env);
  await writeLines(surroundings, lsView(result, { ...style, sort, bytes: bytes === true }));
  if (flags.quiet !== true) tellNotes(result.diagnostics, surroundings);
}
