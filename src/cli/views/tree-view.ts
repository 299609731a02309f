import { type FileNode, formatCount, formatSize, type TreeResult } from "../../index.ts";
import { ellipsisOf, type ViewStyle } from "../terminal.ts";
import { middleEllipsis } from "../text/ellipsis.ts";
import { escapePath } from "../text/escape.ts";

/** Options of {@link treeView}. */
export interface TreeStyle extends ViewStyle {
  readonly sort: "name" | "size";
  /** Shows only directories. */
  readonly dirs: boolean;
}

const TITLES = ["SIZE", "ENTRIES"] as const;
const GAP = "  ";
const LEAST_NAME = 20;

/** The lines of a tree, generated one by one; size and entries come first, so that they are aligned. */
export function* treeView({ tree, path }: TreeResult, style: TreeStyle): Generator<string> {
  const { paint, columns } = style;
  const sizes = TITLES[0].length + 1;
  const counts = Math.max(TITLES[1].length, formatCount(tree.entries).length);
  const room = Math.max(LEAST_NAME, (columns ?? Number.POSITIVE_INFINITY) - sizes - counts - 2 * GAP.length - 2);
  yield paint("dim", [TITLES[0].padStart(SIZE_WIDTH), TITLES[1].padStart(counts), "NAME"].join(GAP));
  const top = { ...tree, name: path === "" ? "/" : path };
  for (const { node, branch } of branches(top, style)) {
    const cells = [
      formatSize(node.size).padStart(SIZE_WIDTH),
      (node.type === "directory" ? formatCount(node.entries) : "").padStart(counts),
    ];
    yield [...cells, nameOf(node, branch, { room, style })].join(GAP);
  }
}

/** Fits `999 kB` and `1.25 MB`. */
const SIZE_WIDTH = 7;

interface Branch {
  readonly node: FileNode;
  /** The lines drawn before the name. */
  readonly branch: string;
}

function* branches(node: FileNode, style: TreeStyle, branch = "", below = ""): Generator<Branch> {
  yield { node, branch };
  const { unicode } = style.paint;
  const [fork, last, trunk] = unicode ? ["├── ", "└── ", "│   "] : ["|-- ", "`-- ", "|   "];
  const children = shown(node.children ?? [], style);
  for (const [at, child] of children.entries()) {
    const end = at === children.length - 1;
    yield* branches(child, style, below + (end ? last : fork), below + (end ? "    " : trunk));
  }
}

function shown(children: readonly FileNode[], { sort, dirs }: TreeStyle): readonly FileNode[] {
  const kept = dirs ? children.filter(({ type }) => type === "directory") : children;
  return sort === "size" ? kept.toSorted((a, b) => b.size - a.size) : kept;
}

interface NameStyle {
  readonly room: number;
  readonly style: TreeStyle;
}

function nameOf({ name, type, target }: FileNode, branch: string, { room, style }: NameStyle): string {
  const { paint } = style;
  const slash = type === "directory" && name !== "/" ? "/" : "";
  const leads = target === undefined ? "" : ` -> ${escapePath(target)}`;
  const whole = `${escapePath(name)}${slash}${leads}`;
  const left = Math.max(LEAST_NAME, room - branch.length);
  const text = left === Number.POSITIVE_INFINITY ? whole : middleEllipsis(whole, left, ellipsisOf(paint));
  const colour = type === "directory" ? "bold" : type === "symlink" ? "cyan" : undefined;
  return paint("dim", branch) + (colour === undefined ? text : paint(colour, text));
}
