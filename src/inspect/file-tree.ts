import { checkArguments } from "../check-values.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { inStage } from "../errors.ts";
import type { FileEntry } from "./files/file-entry.ts";
import type { FileView, ViewedEntry } from "./files/file-view.ts";
import { findFile, linkedOthers, linkTargets, PathFinder } from "./files/find-files.ts";
import { missingPath } from "./files/missing-path.ts";
import { type LookedAt, type LookOptions, lookInto, type OpenImage } from "./files/open-image.ts";

/** Options of {@link fileTree}. */
export interface TreeOptions extends LookOptions {
  /** How many levels below the directory are listed; what is deeper is added to the directory above. All by default. */
  readonly depth?: number | undefined;
}

/** A directory of an image with its content: the same object that `planish tree --format json` prints. */
export interface TreeResult extends LookedAt {
  /** The path after links were followed; one character per byte (latin1), "" is the root. */
  readonly path: string;
  readonly tree: FileNode;
  readonly diagnostics: readonly Diagnostic[];
}

/** A node of the tree. */
export interface FileNode {
  /** Path relative to the parent node; one character per byte (latin1). */
  readonly name: string;
  readonly type: FileEntry["type"];
  /** Bytes of content, for a directory of all files below it; a file with several names counts at its first name. */
  readonly size: number;
  /** Entries below a directory, at every depth; 0 for everything else. */
  readonly entries: number;
  readonly target?: string | undefined;
  /** The layer whose tar holds it, 0 = bottom. */
  readonly layer: number;
  /** The content of a directory, names sorted by their bytes; absent below the depth that was asked for. */
  readonly children?: readonly FileNode[] | undefined;
}

/**
 * Adds up the sizes of everything in a directory of an image, level by level. Paths and layers are as in
 * {@link listFiles}; for anything but a directory there is one node.
 * @throws UsageError PATH_NOT_FOUND; FlattenError whose `stage` says where it was found
 */
export async function fileTree(source: string, path = "", options: TreeOptions = {}): Promise<TreeResult> {
  checkArguments({ path });
  const own = { layer: true, depth: true } as const;
  return lookInto(source, { options, own }, (open) => inStage("plan", () => measure(open, path, options)));
}

function measure(open: OpenImage, asked: string, { depth = Number.POSITIVE_INFINITY }: TreeOptions): TreeResult {
  const { view, lookedAt, diagnostics } = open;
  const path = new PathFinder(linkTargets(view)).resolve(asked, { last: true });
  const top = findFile(view, path);
  if (top === undefined) throw missingPath(open, path);
  const { type, size, target, layer } = top;
  const root: GrowingNode = { name: path, type, size, entries: 0, target, layer };
  if (type === "directory") grow({ root, path, depth }, view);
  return { ...lookedAt, path, tree: root, diagnostics };
}

type GrowingNode = { -readonly [K in keyof FileNode]: K extends "children" ? GrowingNode[] | undefined : FileNode[K] };

interface Growth {
  readonly root: GrowingNode;
  readonly path: string;
  readonly depth: number;
}

/** One walk over the view; because of its order a stack of open directories is enough. */
function grow({ root, path, depth }: Growth, view: FileView): void {
  const top = path === "" ? "" : `${path}/`;
  const open: { readonly prefix: string; readonly node: GrowingNode }[] = [{ prefix: top, node: root }];
  const others = linkedOthers(view);
  if (depth > 0) root.children = [];
  for (const entry of view) {
    const { fields } = entry;
    if (fields.path === path || !fields.path.startsWith(top)) continue;
    while (!fields.path.startsWith(open.at(-1)?.prefix ?? "")) open.pop();
    for (const { node } of open) {
      node.entries += 1;
      node.size += fields.type === "hardlink" ? 0 : fields.size;
    }
    const { prefix, node } = open.at(-1) ?? { prefix: top, node: root };
    if (node.children === undefined) continue;
    const child = newNode(entry, { name: fields.path.slice(prefix.length), others });
    node.children.push(child);
    if (fields.type !== "directory") continue;
    if (open.length < depth) child.children = [];
    open.push({ prefix: `${fields.path}/`, node: child });
  }
}

interface NodeFacts {
  readonly name: string;
  readonly others: ReturnType<typeof linkedOthers>;
}

function newNode({ fields, layer }: ViewedEntry, { name, others }: NodeFacts): GrowingNode {
  const link = fields.type === "hardlink";
  const { type, linkPath } = (link ? others.get(fields.linkPath ?? "") : undefined) ?? fields;
  return {
    name,
    type: type === "hardlink" ? "file" : type,
    size: link ? 0 : fields.size,
    entries: 0,
    ...(type === "symlink" && { target: linkPath }),
    layer,
  };
}
