import { checkArguments } from "../check-values.ts";
import { inStage } from "../errors.ts";
import type { Image } from "../image/image.ts";
import { cleanPath } from "../tar/path.ts";
import { explainPath, type PathStep } from "./explain-path.ts";
import type { ExplainResult, ExplainStep } from "./explain-result.ts";
import type { FileEntry } from "./files/file-entry.ts";
import type { FileView } from "./files/file-view.ts";
import { findFile, linkTargets, PathFinder } from "./files/find-files.ts";
import { missingPath } from "./files/missing-path.ts";
import { type LookOptions, lookInto, type OpenImage } from "./files/open-image.ts";
import { layerSteps } from "./history-steps.ts";

/**
 * Explains why a path of an image is what it is: every entry of the layers that added, changed, linked, removed or hid
 * it, which rule decided, and what the flat image has there. `path` has one character per byte (latin1); if no layer
 * has it, symbolic links in it are followed as in a container. Reads every layer once.
 * @throws UsageError PATH_NOT_FOUND for a path that no layer has; FlattenError whose `stage` says where it was found
 */
export async function explain(
  source: string,
  path: string,
  options: Omit<LookOptions, "layer"> = {},
): Promise<ExplainResult> {
  checkArguments({ path });
  return lookInto(source, { options, own: {} }, (open) => inStage("plan", () => explainIn(open, path)));
}

function explainIn(open: OpenImage, typed: string): ExplainResult {
  const { view, lookedAt, diagnostics } = open;
  const asked = cleanPath(typed, true) ?? "";
  const story =
    storyOf(asked, open) ?? storyOf(new PathFinder(linkTargets(view)).resolve(typed, { last: false }), open);
  if (story === undefined) throw missingPath(open, asked);
  const { path, flat, steps } = story;
  return {
    ...lookedAt,
    path,
    ...(path !== asked && { asked }),
    flat: flat ?? null,
    names: flat === undefined || flat.links === 1 ? [] : namesOf(flat, view),
    steps,
    diagnostics: diagnostics.filter((found) => found.layer === undefined || found.path === path),
  };
}

interface Story {
  readonly path: string;
  readonly flat: FileEntry | undefined;
  readonly steps: readonly ExplainStep[];
}

/**
 * Undefined if no layer has anything at the path. A path in a tar may lead elsewhere through a link of its layer, and
 * then counts as the path that it leads to.
 */
function storyOf(path: string, { view, plan, layers, image, context }: OpenImage): Story | undefined {
  if (plan === undefined) throw new Error("a path is explained by all layers together");
  const flat = findFile(view, path);
  const steps = Array.from(
    explainPath(path, { plan, layers: [...layers.values()], limits: context.limits }),
    originsIn(image),
  );
  return steps.length === 0 && flat === undefined ? undefined : { path, flat, steps };
}

function namesOf({ path, linkOf: leader = path }: FileEntry, view: FileView): string[] {
  const found: string[] = [];
  for (const { fields } of view) {
    if (fields.path === leader || (fields.type === "hardlink" && fields.linkPath === leader)) found.push(fields.path);
  }
  return found;
}

/** Adds to a step what the image knows of its layer. */
function originsIn(image: Image): (step: PathStep) => ExplainStep {
  const made = layerSteps(image);
  return (step) => {
    const { diffId } = image.layers[step.layer] ?? {};
    if (diffId === undefined) throw new RangeError(`no layer ${step.layer}`);
    const createdBy = made[step.layer]?.created_by;
    return { ...step, diffId, ...(createdBy !== undefined && { createdBy }) };
  };
}
