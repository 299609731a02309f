import { LimitError } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import type { LayerIndex } from "../../scan/layer-index.ts";
import { markerName } from "../../scan/whiteout.ts";
import type { Entry } from "../../tar/entry.ts";
import { type FileView, unlistedDirectory, type ViewedEntry, type ViewedType } from "./file-view.ts";
import { comparePaths } from "./path-order.ts";

/**
 * The content of one layer's tar, including whiteouts and opaque whiteouts under their names in the tar. If a path
 * occurs twice, the last entry is shown. Paths are those in the tar: symbolic links in them are not resolved. Built at
 * once: memory grows with the number of the layer's entries, and of the directories that their paths imply.
 * @throws LimitError LIMIT_EXCEEDED entries
 */
export function layerView(
  { entries }: Pick<LayerIndex, "entries">,
  layer: number,
  limits: Pick<Limits, "entries">,
): FileView {
  const byPath = new Map<string, ViewedEntry>();
  const aside = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.type === "aufs-file") aside.set(entry.path, entry);
    else {
      addParents(byPath, entry, layer);
      if (byPath.size > limits.entries) throw new LimitError("entries", limits.entries, byPath.size, { layer });
      const viewed = viewEntry(entry, layer, { byPath, aside });
      byPath.set(viewed.fields.path, viewed);
    }
  }
  return [...byPath.values()].sort((a, b) => comparePaths(a.fields.path, b.fields.path));
}

function addParents(byPath: Map<string, ViewedEntry>, { path, meta }: Entry, layer: number): void {
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
    const parent = path.slice(0, slash);
    if (byPath.has(parent)) return;
    byPath.set(parent, unlistedDirectory(parent, layer, meta));
  }
}

interface Earlier {
  readonly byPath: ReadonlyMap<string, ViewedEntry>;
  /** Files that AUFS kept for links to them. */
  readonly aside: ReadonlyMap<string, Entry>;
}

function viewEntry(entry: Entry, layer: number, { byPath, aside }: Earlier): ViewedEntry {
  const { type, path, major, minor } = entry;
  const named = type === "hardlink" ? byPath.get(entry.linkPath ?? "")?.fields : undefined;
  // A link to a link is another name of the same file.
  const linkPath = named?.type === "hardlink" ? named.linkPath : entry.linkPath;
  const viewed = (shown: ViewedType, at: string, source = entry): ViewedEntry => {
    const { size, meta } = source;
    return { layer, source, fields: { type: shown, path: at, size, linkPath, major, minor, meta } };
  };
  switch (type) {
    // Under its own name, since a layer may both remove a path and have it.
    case "opaque":
    case "whiteout":
      return viewed(type, markerName(type, path));
    case "aufs-link":
      return viewed("file", path, aside.get(linkPath ?? "") ?? entry);
    case "aufs-file":
      return viewed("file", path);
    default:
      return viewed(type, path);
  }
}
