import type { Image } from "../../image/image.ts";
import type { FoundBase } from "../../squash/found-base.ts";
import type { AdoptedContent } from "../adopted-content.ts";
import { entryAt } from "../entry-place.ts";
import type { ImageAnalysis } from "./analysis-result.ts";
import type { FileCount, Planned } from "./planned.ts";

/** What advice on one image is based on. */
export interface Evidence {
  readonly image: Image;
  readonly figures: Omit<ImageAnalysis, "advice" | "recommendation">;
  /** The base according to the history; undefined if that shows none. */
  readonly base: FoundBase | undefined;
  /** Content that is needed only for building. */
  readonly buildTools: FileCount;
  readonly undone: readonly UndoneContent[];
}

/** Content that one layer added and another one hides. */
export interface UndoneContent {
  readonly layer: number;
  readonly by: number;
  readonly size: number;
}

/**
 * What each layer hides of each lower one, the largest first; without content that another name of a hard link keeps.
 */
export function undoneContent(planned: Planned, adopted: AdoptedContent): UndoneContent[] {
  const sums = new Map<string, { layer: number; by: number; size: number }>();
  for (const hidden of planned.plan.hidden) {
    const { layer, by } = hidden;
    if (by === undefined || by.layer === layer || adopted.has(hidden)) continue;
    const key = `${layer} ${by.layer}`;
    const sum = sums.get(key) ?? { layer, by: by.layer, size: 0 };
    sum.size += entryAt(planned, hidden).size;
    sums.set(key, sum);
  }
  return [...sums.values()].filter(({ size }) => size > 0).sort((a, b) => b.size - a.size);
}

/** Whether a path belongs to a compiler, headers, a static library, a build cache or version control. */
export function isBuildTool(path: string): boolean {
  return BUILD_TOOL.test(path);
}

const BUILD_TOOL =
  /^(?:usr\/lib(?:exec)?\/gcc\/|usr\/include\/|usr\/lib\/llvm-\d+\/|usr\/local\/(?:go|cargo|rustup)\/|root\/\.(?:m2|gradle|cargo)\/|usr\/lib\/jvm\/[^/]+\/(?:jmods|lib\/src\.zip))|(?:^|\/)\.git\/|\.[ao]$/;
