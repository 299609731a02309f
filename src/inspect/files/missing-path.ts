import { UsageError } from "../../errors.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import type { OpenImage } from "./open-image.ts";

/** The error for a path that a view does not have; the hint tells which layer had it last, where one did. */
export function missingPath({ layers, lookedAt }: OpenImage, path: string): UsageError {
  const what = lookedAt.layer === undefined ? "image" : `layer ${lookedAt.layer} of the image`;
  const last = [...layers].findLast(([, index]) => lists(index, path))?.[0];
  const hint =
    last === undefined || lookedAt.layer !== undefined
      ? {}
      : { hint: `layer ${last} was the last to have it; planish explain says what became of it` };
  return new UsageError("PATH_NOT_FOUND", `the ${what} has nothing at this path`, {
    details: { entry: path, ...hint },
  });
}

function lists({ entries }: LayerIndex, path: string): boolean {
  for (const entry of entries) {
    if (entry.path === path && entry.type !== "whiteout" && entry.type !== "opaque") return true;
  }
  return false;
}
