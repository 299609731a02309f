import type { Entry } from "../tar/entry.ts";
import { entryAt } from "./merge-state.ts";
import type { UnpackContext } from "./placement.ts";

/** `.wh.X` (R3.2): removes X from the layers below. What the same layer added before stays (D6). */
export function placeWhiteout({ merge, layer, placement }: UnpackContext, entry: Entry): void {
  merge.hidden.hide({ layer, ordinal: entry.ordinal }, "marker");
  const slot = placement.markerSlot(entry);
  if (slot === undefined) return;
  const { old } = slot;
  if (old === undefined) {
    placement.put(slot, { kind: "whiteout", layer, ordinal: entry.ordinal });
    return;
  }
  if (old.kind === "whiteout") {
    if (entryAt(merge, old).type === "whiteout") placement.reportTwice(old, entry);
    return;
  }
  merge.findings.report("D6", layer, entry.path);
  if (old.kind === "directory") old.opaqueBy ??= entry.ordinal;
}

/**
 * `.wh..wh..opq` (R3.2): hides what lower layers have in its directory, and nothing of its own layer, whatever its
 * position there. For the root see D1.
 */
export function markOpaque({ merge, layer, root, placement }: UnpackContext, entry: Entry): void {
  merge.hidden.hide({ layer, ordinal: entry.ordinal }, "marker");
  const directory = placement.directory(entry);
  if (directory === undefined) return;
  if (directory === root) {
    merge.findings.report("D1", layer, entry.path);
    if (merge.rules.D1 === "ignore") return;
  }
  if (directory.opaqueBy !== undefined) {
    const earlier = entryAt(merge, { layer, ordinal: directory.opaqueBy });
    if (earlier.type === "opaque" && earlier.path === entry.path) merge.findings.report("D8", layer, entry.path);
  }
  directory.opaqueBy ??= entry.ordinal;
}
