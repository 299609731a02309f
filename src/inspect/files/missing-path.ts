import { UsageError } from "../../errors.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import type { OpenImage } from "./open-image.ts";

/** The error for a path that a view does not have; the hint says which layer had it last, if one did. */
export function missingPath({ layers, lookedAt }: OpenImage, path: string): UsageError {
  const what = lookedAt.layer === undefined ? "image" : `layer ${lookedAt.layer} of the image`;
  const last = [...layers].findLast(([, index]) => holds(index, path))?.[0];
  const hint =
    last === undefined || lookedAt.layer !== undefined
      ? {}
      : { hint: `layer ${last} was the last to have it; planish explain says what became of it` };
  return new UsageError("PATH_NOT_FOUND", `the ${what} has nothing at this path`, {
    details: { entry: path, ...hint },
  });
}

/** Whether a layer has an entry at the path, or below it, since directories need not be listed. */
function holds({ entries }: LayerIndex, path: string): boolean {
  for (const entry of entries) {
    if (entry.type === "whiteout" || entry.type === "opaque") continue;
    if (entry.path === path || entry.path.startsWith(`${path}/`)) return true;
  }
  return false;
}
