import { checkArguments } from "../check-values.ts";
import { inStage, UsageError } from "../errors.ts";
import type { LayerIndex } from "../scan/layer-index.ts";
import type { Entry } from "../tar/entry.ts";
import { fileContent } from "./files/file-content.ts";
import type { FileView, ViewedEntry } from "./files/file-view.ts";
import { linkTargets, PathFinder } from "./files/find-files.ts";
import { openForwardTar } from "./files/forward-tar.ts";
import { missingPath } from "./files/missing-path.ts";
import { type LookOptions, lookInto, type OpenImage } from "./files/open-image.ts";

/**
 * Passes the content of a file of an image, or of one of its layers, to `take`, chunk by chunk; each call is awaited
 * before the next chunk is read. Links are followed as in a container. `path` has one character per byte (latin1).
 * Reads and verifies every layer, or the given one, and then reads the layer with the file again as far as needed; one
 * that comes over a network is read to its end and verified again before the promise resolves.
 * @throws UsageError PATH_NOT_FOUND, also for what is not a regular file; FlattenError whose `stage` says where it was
 * found
 */
export async function readFile(
  source: string,
  path: string,
  asked: LookOptions & { take(chunk: Uint8Array): Promise<void> | void },
): Promise<void> {
  checkArguments({ path, options: asked });
  const { take, ...options } = asked;
  checkArguments({ take });
  await lookInto(source, { options, own: { layer: true } }, async (open) => {
    const found = await inStage("plan", () => findContent(open, path));
    await inStage("scan", () => streamContent(open, found, take));
  });
}

interface Content {
  readonly index: LayerIndex;
  readonly entry: Entry;
}

function findContent(open: OpenImage, asked: string): Content {
  const path = new PathFinder(linkTargets(open.view)).resolve(asked, { last: true });
  const entry = contentEntry(open.view, path);
  if (entry === undefined && path !== "") throw missingPath(open, path);
  const { type } = entry?.fields ?? { type: "directory" };
  const index = entry && open.layers.get(entry.layer);
  if (type === "file" && entry?.source !== undefined && index !== undefined) return { index, entry: entry.source };
  const hint = type === "directory" ? { hint: "planish ls lists what is in it" } : {};
  throw new UsageError("PATH_NOT_FOUND", `a ${NAMES[type]} has no content`, { details: { entry: path, ...hint } });
}

/** The entry that has the content of a path. */
function contentEntry(view: FileView, path: string): ViewedEntry | undefined {
  const at = (wanted: string): ViewedEntry | undefined => {
    for (const entry of view) if (entry.fields.path === wanted) return entry;
    return undefined;
  };
  const entry = at(path);
  const leader = entry?.fields.type === "hardlink" ? at(entry.fields.linkPath ?? "") : undefined;
  return leader ?? entry;
}

const NAMES: Readonly<Record<ViewedEntry["fields"]["type"], string>> = {
  file: "file",
  hardlink: "hard link to another layer",
  directory: "directory",
  symlink: "symbolic link to nothing",
  char: "character device",
  block: "block device",
  fifo: "fifo",
  whiteout: "whiteout",
  opaque: "opaque whiteout",
};

async function streamContent(
  { from, context }: OpenImage,
  { index, entry }: Content,
  take: (chunk: Uint8Array) => Promise<void> | void,
): Promise<void> {
  await using tar = await openForwardTar(from, index);
  for await (const chunk of fileContent(tar, entry)) {
    context.signal.throwIfAborted();
    await take(chunk);
  }
  await tar.finish();
}
