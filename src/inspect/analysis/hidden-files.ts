import type { Hidden } from "../../plan/merge-plan.ts";
import type { EntryType } from "../../tar/entry.ts";
import type { AdoptedContent } from "../adopted-content.ts";
import { entryAt } from "../entry-place.ts";
import type { HiddenFile } from "./analysis-result.ts";
import type { Planned } from "./planned.ts";

/** Entries that have content or give it a name. */
const FILES: ReadonlySet<EntryType> = new Set(["file", "hardlink", "aufs-link"]);

/** Paths of hidden files; the caller removes those that are still in the merged filesystem. */
export function hiddenPaths(planned: Planned): Set<string> {
  const paths = new Set<string>();
  for (const hidden of planned.plan.hidden) {
    const { type, path } = entryAt(planned, hidden);
    if (FILES.has(type)) paths.add(path);
  }
  return paths;
}

/**
 * Every file whose content is not in the flat image, in the order of the layers. For a file with several names, the
 * entry that has its content.
 */
export function* hiddenFiles(planned: Planned, adopted: AdoptedContent): Generator<HiddenFile> {
  for (const hidden of planned.plan.hidden) {
    const { type, path, size } = entryAt(planned, hidden);
    if (type !== "file" || adopted.has(hidden)) continue;
    const { layer, reason } = hidden;
    yield { path, size, layer, reason, hiddenBy: hiddenBy(planned, hidden) };
  }
}

/** What hides an entry; the path of a whiteout is what it removes, that of an opaque whiteout is its directory. */
export function hiddenBy(planned: Planned, { by }: Hidden): HiddenFile["hiddenBy"] {
  return by && { layer: by.layer, path: entryAt(planned, by).path };
}
