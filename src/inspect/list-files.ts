import { checkArguments } from "../check-values.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { inStage } from "../errors.ts";
import type { FileEntry } from "./files/file-entry.ts";
import { findFile, findFiles, linkTargets, PathFinder } from "./files/find-files.ts";
import { missingPath } from "./files/missing-path.ts";
import { type LookedAt, type LookOptions, lookInto, type OpenImage } from "./files/open-image.ts";

/** Options of {@link listFiles}. */
export interface ListOptions extends LookOptions {
  /** Lists everything below a directory, not only its direct content. */
  readonly recursive?: boolean | undefined;
  /** Describes a directory, or a link to one, itself. */
  readonly directory?: boolean | undefined;
}

/** The content of a directory of an image: the same object that `planish ls --format json` prints. */
export interface ListResult extends LookedAt {
  /** The path that was listed, after links were followed; one character per byte (latin1), "" is the root. */
  readonly path: string;
  /** Depth first, names sorted by their bytes. The directory itself is not included, unless `directory` is set. */
  readonly entries: readonly FileEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Lists what is at a path of an image's merged filesystem, or of one layer: the entries of a directory, or the entry of
 * anything else. Links are followed as in a container; one in the last component only if it leads to a directory.
 * `path` has one character per byte (latin1). Reads every layer once, or the given one, and keeps no bytes.
 * @throws UsageError PATH_NOT_FOUND; FlattenError whose `stage` says where it was found
 */
export async function listFiles(source: string, path = "", options: ListOptions = {}): Promise<ListResult> {
  checkArguments({ path });
  const own = { layer: true, recursive: true, directory: true } as const;
  return lookInto(source, { options, own }, (open) => inStage("plan", () => list(open, path, options)));
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
