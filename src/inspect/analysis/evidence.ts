import type { Image } from "../../image/image.ts";
import type { FoundBase } from "../../squash/found-base.ts";
import type { LayerHides } from "../layer-hides.ts";
import type { ImageAnalysis } from "./analysis-result.ts";
import type { FileCount } from "./planned.ts";

/** What advice on one image is based on. */
export interface Evidence {
  readonly image: Image;
  readonly figures: Omit<ImageAnalysis, "advice" | "recommendation">;
  /** The base according to the history; undefined if that shows none. */
  readonly base: FoundBase | undefined;
  /** Content that is needed only for building. */
  readonly buildTools: FileCount;
  /** What each layer hides of each lower one, the largest first. */
  readonly undone: readonly LayerHides[];
}

/** Whether a path belongs to a compiler, headers, a static library, a build cache or version control. */
export function isBuildTool(path: string): boolean {
  return BUILD_TOOL.test(path);
}

const BUILD_TOOL =
  /^(?:usr\/lib(?:exec)?\/gcc\/|usr\/include\/|usr\/lib\/llvm-\d+\/|usr\/local\/(?:go|cargo|rustup)\/|root\/\.(?:m2|gradle|cargo)\/|usr\/lib\/jvm\/[^/]+\/(?:jmods|lib\/src\.zip))|(?:^|\/)\.git\/|\.[ao]$/;
