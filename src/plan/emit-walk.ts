import { aclForChildren } from "./inheritance.ts";
import type { MergeState } from "./merge-state.ts";
import type { DirectoryNode, Inode } from "./tree.ts";

/** A directory whose children are being emitted. */
export interface OpenDirectory {
  readonly directory: DirectoryNode;
  readonly path: string;
  readonly names: readonly string[];
  next: number;
  /** The default ACL that its children inherit in the flat layer. */
  readonly acl: string | undefined;
}

/**
 * The position of a walk in output order. A copy of it, taken at an entry, can be continued from there any number of
 * times, without walking what comes before. Copies share the leaders: after one walk to the end, all of them know all.
 */
export class EmitWalk {
  readonly stack: OpenDirectory[];
  /** The first name so far of each inode with several. */
  readonly leaders: Map<Inode, string>;
  /** Whether the walk is past the root's own entry. */
  begun: boolean;

  private constructor(walk: Pick<EmitWalk, "stack" | "leaders" | "begun">) {
    this.stack = walk.stack;
    this.leaders = walk.leaders;
    this.begun = walk.begun;
  }

  static of({ root }: Pick<MergeState, "root">): EmitWalk {
    const acl = aclForChildren(root, undefined);
    return new EmitWalk({ stack: [openDirectory(root, "", acl)], leaders: new Map(), begun: false });
  }

  /** A copy that continues from here. */
  copy(): EmitWalk {
    return new EmitWalk({ ...this, stack: this.stack.map((open) => ({ ...open })) });
  }

  /** A copy that begins with the last entry emitted, which must not be an opaque whiteout. */
  copyBefore(): EmitWalk {
    const copy = this.copy();
    const top = copy.stack.at(-1);
    if (this.begun && top !== undefined) top.next -= 1;
    return copy;
  }
}

/** Starts on the children of a directory: whiteouts first, then the rest, both sorted by raw bytes. */
export function openDirectory(directory: DirectoryNode, path: string, acl: string | undefined): OpenDirectory {
  return { directory, path, names: sortedNames(directory), next: 0, acl };
}

/** One char is one byte, so strings compare as bytes do. Most layers come sorted. */
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
