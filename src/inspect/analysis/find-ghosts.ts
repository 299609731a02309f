import { secretName } from "../../secrets/secret-names.ts";
import { entryAt } from "../entry-place.ts";
import type { HiddenFile } from "./analysis-result.ts";
import type { FlatSurvey } from "./flat-survey.ts";
import type { GhostSecret, Ghosts } from "./ghosts-result.ts";
import { hiddenBy } from "./hidden-files.ts";
import type { Planned } from "./planned.ts";

/** What {@link findGhosts} needs besides the plan. */
export interface GhostInput {
  readonly files: readonly HiddenFile[];
  /** Paths of hidden files that are not in the flat image. */
  readonly gone: ReadonlySet<string>;
  readonly survey: FlatSurvey;
}

/** Finds what is only in hidden entries: files at paths that are gone, and secrets that no visible file has. */
export function findGhosts(planned: Planned, { files, gone, survey }: GhostInput): Ghosts {
  const ghosts = files.filter(({ path }) => gone.has(path));
  const told = ghostContents(planned, survey);
  const inContent = new Set(told.map(({ layer, path }) => `${layer}:${path}`));
  const named = ghosts.flatMap((file): GhostSecret[] => {
    const { path, size, layer } = file;
    const pattern = size === 0 || inContent.has(`${layer}:${path}`) ? undefined : secretName(path);
    return pattern === undefined ? [] : [{ path, layer, hiddenBy: file.hiddenBy, pattern, how: "name" }];
  });
  return {
    files: ghosts.length,
    size: ghosts.reduce((sum, { size }) => sum + size, 0),
    secrets: [...told, ...named],
  };
}

function ghostContents(planned: Planned, { adopted, isVisible }: FlatSurvey): GhostSecret[] {
  const found: GhostSecret[] = [];
  for (const [layer, { content }] of planned.layers.entries()) {
    for (const { ordinal, pattern, line, excerpt, fingerprint } of content?.secrets ?? []) {
      const hidden = planned.plan.hidden.find(layer, ordinal);
      if (hidden === undefined || adopted.has(hidden) || isVisible(fingerprint)) continue;
      const { path } = entryAt(planned, hidden);
      found.push({ path, layer, hiddenBy: hiddenBy(planned, hidden), pattern, how: "content", line, excerpt });
    }
  }
  return found;
}
