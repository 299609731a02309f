import { checkArguments } from "../check-values.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { inStage } from "../errors.ts";
import type { FileEntry } from "./files/file-entry.ts";
import { findFile, findFiles, linkTargets, PathFinder } from "./files/find-files.ts";
import { missingPath } from "./files/missing-path.ts";
import { type LookedAt, type LookOptions, lookInto, type OpenImage } from "./files/open-image.ts";

/** What {@link listFiles} may be told besides. */
export interface ListOptions extends LookOptions {
  /** Lists everything below a directory, not only what is in it. */
  readonly recursive?: boolean | undefined;
  /** Describes a directory, or a link to one, itself. */
  readonly directory?: boolean | undefined;
}

/** What stands in a directory of an image: the same object that `planish ls --format json` prints. */
export interface ListResult extends LookedAt {
  /** What was listed, links on the way followed; one char a byte (latin1), "" is the root. */
  readonly path: string;
  /** Depth first, names sorted by their bytes. The directory itself is none of them, unless it was asked for. */
  readonly entries: readonly FileEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Lists what stands at a path of an image, where its layers lie on each other, or of one layer alone: the entries of a
 * directory, or the one entry of anything else. Links are followed as in a container, the last one where it leads to a
 * directory. `path` has one char a byte (latin1). Reads every layer once, or the one, and keeps no bytes.
 * @throws UsageError PATH_NOT_FOUND; FlattenError whose `stage` says where it was found
 */
export async function listFiles(source: string, path = "", options: ListOptions = {}): Promise<ListResult> {
  checkArguments({ path });
  return lookInto(source, options, (open) => inStage("plan", () => list(open, path, options)));
}

function list(open: OpenImage, asked: string, { recursive, directory }: ListOptions): ListResult {
  const { view, lookedAt, diagnostics } = open;
  const finder = new PathFinder(linkTargets(view));
  const literal = finder.resolve(asked, { last: false });
  const found = findFile(view, literal);
  if (found === undefined) throw missingPath(open, literal);
  const leads = found.type === "symlink" ? finder.tryResolve(asked, { last: true }) : literal;
  const target = leads === undefined || leads === literal ? found : findFile(view, leads);
  if (directory === true || leads === undefined || target?.type !== "directory") {
    return { ...lookedAt, path: literal, entries: [found], diagnostics };
  }
  const prefix = leads === "" ? "" : `${leads}/`;
  const entries = findFiles(view, ({ fields: { path } }) => {
    if (path === leads || !path.startsWith(prefix)) return false;
    return recursive === true || !path.includes("/", prefix.length);
  });
  return { ...lookedAt, path: leads, entries, diagnostics };
}
