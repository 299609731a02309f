import type { Diagnostic } from "../diagnostic.ts";
import type { PathRules, PathState } from "../prune/path-rules.ts";
import type { EntryType } from "../tar/entry.ts";
import { hasYounger } from "./clamp-times.ts";
import type { FlatEntry, PlanLayer, PlanOptions } from "./merge-plan.ts";

/** The diagnostics of a kept layer: what the options ask for, and does not apply to that layer. */
export function keptDiagnostics(
  number: number,
  { entries }: Pick<PlanLayer, "entries">,
  { latest, exclude }: Pick<PlanOptions, "latest" | "exclude">,
): readonly Diagnostic[] {
  const younger = latest !== undefined && hasYounger(entries, latest);
  const files = exclude === undefined ? [] : [...excludedFiles(entries, exclude)];
  return [
    ...(younger ? [{ ...TIMES_KEPT, layer: number }] : []),
    ...files.map(({ path }) => ({ ...CONTENT_KEPT, layer: number, path })),
  ];
}

/** The diagnostics of what a range becomes below the topmost one: only that one leaves something out. */
export function lowerDiagnostics(
  entries: Iterable<FlatEntry>,
  { exclude }: Pick<PlanOptions, "exclude">,
): readonly Diagnostic[] {
  const files = exclude === undefined ? [] : [...excludedFiles(filesOf(entries), exclude)];
  return files.map(({ layer, path }) => ({ ...CONTENT_KEPT, layer, path }));
}

interface File {
  readonly type: EntryType;
  readonly size: number;
  readonly path: string;
}

function* filesOf(entries: Iterable<FlatEntry>): Generator<File & { readonly layer: number }> {
  for (const { layer, fields } of entries) yield { layer, ...fields };
}

/**
 * Files with content that patterns of `--exclude` match, even if an upper layer hides them; what `--prune` removes is
 * no secret.
 */
function* excludedFiles<Found extends File>(files: Iterable<Found>, { rules, root }: PathRules): Generator<Found> {
  if (!rules.some(({ option, keeps }) => option === "exclude" && !keeps)) return;
  for (const file of files) {
    if ((file.type !== "file" && file.type !== "aufs-file") || file.size === 0) continue;
    const names = file.path.split("/");
    const rule = names.reduce((state: PathState, name) => state.below(name), root).rule(true);
    if (rule !== undefined && rules[rule]?.option === "exclude") yield file;
  }
}

const TIMES_KEPT = {
  rule: "times-kept",
  message: "A kept layer has files newer than --timestamp: they keep their times",
  strict: false,
} as const;

const CONTENT_KEPT = {
  rule: "excluded-kept",
  message: "A lower layer holds a file that is left out: no container sees it, but its content is still in the image",
  strict: false,
} as const;
