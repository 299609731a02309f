import { fileTree } from "../../index.ts";
import type { TreeFlags } from "../commands/tree.ts";
import { wholeNumber } from "../option-values.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { treeView } from "../views/tree-view.ts";
import { writeLines } from "../write-out.ts";
import { entryPath, type LookRequest, look, tellNotes } from "./look.ts";

/** Runs `planish tree`. */
export async function runTree(request: LookRequest<TreeFlags>, surroundings: Surroundings): Promise<void> {
  const { path, flags } = request;
  const { sort, dirs } = flags;
  const depth = flags.depth === "all" ? undefined : wholeNumber("--depth", 1)(flags.depth);
  const result = await look(request, surroundings, (options) =>
    fileTree(request.source, entryPath(path), { ...options, depth }),
  );
  if (flags.format === "json") return writeLines(surroundings, resultJsonLines(result));
  const { style } = createOutput(surroundings.stdout, surroundings.env);
  await writeLines(surroundings, treeView(result, { ...style, sort, dirs: dirs === true }));
  if (flags.quiet !== true) tellNotes(result.diagnostics, surroundings);
}
