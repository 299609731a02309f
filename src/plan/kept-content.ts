import type { Diagnostic } from "../diagnostic.ts";
import type { PathRules, PathState } from "../prune/path-rules.ts";
import type { EntryList } from "../tar/entry.ts";
import { hasYounger } from "./clamp-times.ts";
import type { PlanLayer, PlanOptions } from "./merge-plan.ts";

/** The diagnostics of a kept layer: what the options ask for, and does not apply to that layer. */
export function keptDiagnostics(
  number: number,
  { entries }: Pick<PlanLayer, "entries">,
  { latest, exclude }: Pick<PlanOptions, "latest" | "exclude">,
): readonly Diagnostic[] {
  const younger = latest !== undefined && hasYounger(entries, latest);
  const paths = exclude === undefined ? [] : [...excludedFiles(entries, exclude)];
  return [
    ...(younger ? [{ ...TIMES_KEPT, layer: number }] : []),
    ...paths.map((path) => ({ ...CONTENT_KEPT, layer: number, path })),
  ];
}

/**
 * Files with content that patterns of `--exclude` match, even if an upper layer hides them; what `--prune` removes is
 * no secret.
 */
function* excludedFiles(entries: EntryList, { rules, root }: PathRules): Generator<string> {
  if (!rules.some(({ option, keeps }) => option === "exclude" && !keeps)) return;
  for (const { type, size, path } of entries) {
    if ((type !== "file" && type !== "aufs-file") || size === 0) continue;
    const names = path.split("/");
    const rule = names.reduce((state: PathState, name) => state.below(name), root).rule(true);
    if (rule !== undefined && rules[rule]?.option === "exclude") yield path;
  }
}

const TIMES_KEPT = {
  rule: "times-kept",
  message: "A kept layer has files newer than --timestamp: they keep their times",
  strict: false,
} as const;

const CONTENT_KEPT = {
  rule: "excluded-kept",
  message: "A kept layer holds a file that is left out: no container sees it, but its content is still in the image",
  strict: false,
} as const;
