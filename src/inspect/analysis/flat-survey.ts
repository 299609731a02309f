import type { FlatEntry } from "../../plan/merge-plan.ts";
import { prunableBy } from "../../prune/prunable.ts";
import type { PruneName } from "../../prune/prune-profiles.ts";
import { paddedSize } from "../../tar/block.ts";
import { AdoptedContent } from "../adopted-content.ts";
import type { PrunableContent } from "./analysis-result.ts";
import { isBuildTool } from "./evidence.ts";
import type { FileCount, Planned } from "./planned.ts";

/** What one walk over the merged filesystem finds. */
export interface FlatSurvey {
  readonly adopted: AdoptedContent;
  /** Bytes of each layer's tar that the flat tar copies, bottom first. */
  readonly keptBytes: readonly number[];
  /** The largest first. */
  readonly prunable: readonly PrunableContent[];
  /** Content that is needed only for building. */
  readonly buildTools: FileCount;
  /** Whether a visible file has the secret with this fingerprint. */
  isVisible(fingerprint: number): boolean;
}

/** Walks the merged filesystem once and calls `onPath` for every path in it. */
export function surveyFlat({ layers, plan }: Planned, onPath: (path: string) => void): FlatSurvey {
  const adopted = new AdoptedContent();
  const keptBytes = layers.map(() => 0);
  const prunable = new PrunableTally();
  const buildTools: FileCount = { files: 0, size: 0 };
  for (const entry of plan.entries) {
    const { layer, source, kept, fields } = entry;
    adopted.add(entry);
    prunable.add(entry);
    onPath(fields.path);
    if (fields.size > 0 && isBuildTool(fields.path)) addFile(buildTools, fields.size);
    if (source === undefined) continue;
    const bytes = kept ? source.span.end - source.span.start : paddedSize(fields.size);
    keptBytes[layer] = (keptBytes[layer] ?? 0) + bytes;
  }
  const visible = visibleSecrets({ layers, plan }, adopted);
  return {
    adopted,
    keptBytes,
    prunable: prunable.result(),
    buildTools,
    isVisible: (fingerprint) => visible.has(fingerprint),
  };
}

function addFile(count: FileCount, size: number): void {
  count.files += 1;
  count.size += size;
}

function visibleSecrets({ layers, plan }: Planned, adopted: AdoptedContent): Set<number> {
  const visible = new Set<number>();
  for (const [layer, { content }] of layers.entries()) {
    for (const { ordinal, fingerprint } of content?.secrets ?? []) {
      const shown = plan.hidden.find(layer, ordinal) === undefined || adopted.has({ layer, ordinal });
      if (shown) visible.add(fingerprint);
    }
  }
  return visible;
}

/** Adds up by profile what could be left out. A file with several names counts only if all of them could be. */
class PrunableTally {
  /** By the name of the entry that has the content. */
  readonly #files = new Map<string, { readonly profile: PruneName; readonly size: number }>();

  add({ fields }: FlatEntry): void {
    const { type, path, size, linkPath } = fields;
    if (type === "file") {
      const profile = prunableBy(path, size > 0);
      if (profile !== undefined) this.#files.set(path, { profile, size });
    } else if (type === "hardlink" && linkPath !== undefined) {
      const file = this.#files.get(linkPath);
      if (file !== undefined && prunableBy(path, file.size > 0) === undefined) this.#files.delete(linkPath);
    }
  }

  result(): PrunableContent[] {
    const sums = new Map<PruneName, PrunableContent>();
    for (const { profile, size } of this.#files.values()) {
      const { files, size: sum } = sums.get(profile) ?? { files: 0, size: 0 };
      sums.set(profile, { profile, files: files + 1, size: sum + size });
    }
    return [...sums.values()].sort((a, b) => b.size - a.size);
  }
}
