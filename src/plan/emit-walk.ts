import { DefaultAcls } from "./inheritance.ts";
import type { MergeState } from "./merge-state.ts";
import type { DirectoryNode, Inode } from "./tree.ts";

/** A directory whose children are being emitted. */
export interface OpenDirectory {
  readonly directory: DirectoryNode;
  readonly path: string;
  readonly names: readonly string[];
  next: number;
}

/**
 * How far a walk in output order has come. Copied while it stands at an entry, it can be walked on from there as often
 * as wanted, without walking what comes before; once the whole tree was walked, all copies know all leaders.
 */
export class EmitWalk {
  readonly stack: OpenDirectory[];
  /** The first name of each inode with several, so far. */
  readonly leaders: Map<Inode, string>;
  readonly acls: DefaultAcls;
  /** Whether the root's own entry lies behind. */
  begun: boolean;

  private constructor(walk: Pick<EmitWalk, "stack" | "leaders" | "acls" | "begun">) {
    this.stack = walk.stack;
    this.leaders = walk.leaders;
    this.acls = walk.acls;
    this.begun = walk.begun;
  }

  static of({ layers, root }: Pick<MergeState, "layers" | "root">): EmitWalk {
    return new EmitWalk({
      stack: [openDirectory(root, "")],
      leaders: new Map(),
      acls: new DefaultAcls(layers),
      begun: false,
    });
  }

  /** A copy that goes on where this one stands. */
  copy(): EmitWalk {
    return new EmitWalk({ ...this, stack: this.stack.map((open) => ({ ...open })) });
  }

  /** A copy that begins with the entry that was emitted last, which is no opaque whiteout. */
  copyBefore(): EmitWalk {
    const copy = this.copy();
    const top = copy.stack.at(-1);
    if (this.begun && top !== undefined) top.next -= 1;
    return copy;
  }
}

/** Begins with the children of a directory: whiteouts first, each kind sorted by raw bytes. */
export function openDirectory(directory: DirectoryNode, path: string): OpenDirectory {
  return { directory, path, names: sortedNames(directory), next: 0 };
}

/** One char is a byte, so that the order of strings is that of bytes. Most layers come sorted. */
function sortedNames({ children }: DirectoryNode): readonly string[] {
  const names = [...(children?.keys() ?? [])];
  const sorted = names.every((name, at) => at === 0 || (names[at - 1] ?? "") < name);
  if (!sorted) names.sort(compareBytes);
  const isMarker = (name: string): boolean => children?.get(name)?.kind === "whiteout";
  return names.some(isMarker) ? [...names.filter(isMarker), ...names.filter((name) => !isMarker(name))] : names;
}

function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
