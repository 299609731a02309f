import { HIDDEN_REASONS, type Hidden, type HiddenList, type HiddenReason, type PlanLayer } from "./merge-plan.ts";
import type { EntryPlace, TreeNode } from "./tree.ts";

/** By the number in the column; 0 is an entry that is in the flat layer. */
const REASONS: readonly (HiddenReason | undefined)[] = [undefined, ...HIDDEN_REASONS];

interface Columns {
  readonly reasons: Uint8Array;
  /** 0 when nothing hides it, else the layer + 1. */
  readonly byLayer: Uint32Array;
  readonly byOrdinal: Uint32Array;
  length: number;
}

/** Why and by what each entry is hidden: nine bytes an entry. */
export class HiddenColumns implements HiddenList {
  readonly #layers: readonly Columns[];

  constructor(layers: readonly PlanLayer[]) {
    this.#layers = layers.map(({ entries: { length } }) => ({
      reasons: new Uint8Array(length),
      byLayer: new Uint32Array(length),
      byOrdinal: new Uint32Array(length),
      length: 0,
    }));
  }

  get length(): number {
    return this.#layers.reduce((sum, { length }) => sum + length, 0);
  }

  lengthOf(layer: number): number {
    return this.#layers[layer]?.length ?? 0;
  }

  /** Hides an entry; the first reason counts. */
  hide(entry: EntryPlace, reason: HiddenReason, by?: EntryPlace): void {
    const columns = this.#layers[entry.layer];
    if (columns === undefined || columns.reasons[entry.ordinal] !== 0) return;
    columns.reasons[entry.ordinal] = REASONS.indexOf(reason);
    columns.length += 1;
    if (by === undefined) return;
    columns.byLayer[entry.ordinal] = by.layer + 1;
    columns.byOrdinal[entry.ordinal] = by.ordinal;
  }

  /** Undoes {@link hide}. */
  show({ layer, ordinal }: EntryPlace): void {
    const columns = this.#layers[layer];
    if (columns === undefined || columns.reasons[ordinal] === 0) return;
    columns.reasons[ordinal] = 0;
    columns.length -= 1;
  }

  find(layer: number, ordinal: number): Hidden | undefined {
    const columns = this.#layers[layer];
    const reason = REASONS[columns?.reasons[ordinal] ?? 0];
    if (columns === undefined || reason === undefined) return undefined;
    const byLayer = columns.byLayer[ordinal] ?? 0;
    const by = byLayer === 0 ? undefined : { layer: byLayer - 1, ordinal: columns.byOrdinal[ordinal] ?? 0 };
    return { layer, ordinal, reason, by };
  }

  *[Symbol.iterator](): Iterator<Hidden> {
    for (const [layer, { reasons }] of this.#layers.entries()) {
      for (let ordinal = 0; ordinal < reasons.length; ordinal += 1) {
        const hidden = this.find(layer, ordinal);
        if (hidden !== undefined) yield hidden;
      }
    }
  }
}

/** Why a subtree is hidden, and by what. */
export interface Removal {
  readonly reason: HiddenReason;
  /** For what lies below the node that is removed; `reason` when not given. */
  readonly below?: HiddenReason;
  readonly by: EntryPlace;
}

/** Hides every entry of a subtree, which the caller removes from its tree. Safe at any depth. */
export function hideSubtree(hidden: HiddenColumns, top: TreeNode, { reason, below, by }: Removal): void {
  const stack = [top];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const listed = node.kind === "leaf" || (node.kind === "directory" && !node.implied);
    if (listed) hidden.hide(node, node === top ? reason : (below ?? reason), by);
    if (node.kind !== "directory" || node.children === undefined) continue;
    for (const child of node.children.values()) stack.push(child);
  }
}
