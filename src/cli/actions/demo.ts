import { join } from "node:path";
import {
  type DemoImage,
  type FlattenResult,
  flatten,
  type HistoryResult,
  history,
  UsageError,
  writeDemoImage,
} from "../../index.ts";
import type { DemoFlags } from "../commands/demo.ts";
import { namedPath } from "../option-values.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { demoIntroduction, demoTour } from "../views/demo-view.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";

/** Arguments and options of `planish demo`. */
export interface DemoRequest {
  readonly directory: string;
  readonly flags: DemoFlags;
}

/** The result of a demo, as `--format json` prints it. */
export interface DemoResult {
  readonly image: DemoImage;
  readonly before: HistoryResult;
  readonly flatten: FlattenResult;
  readonly after: HistoryResult;
}

/**
 * Runs `planish demo`: makes the image, shows its history, flattens it, shows the new history. Archives of an earlier
 * demo are replaced.
 */
export async function runDemo(request: DemoRequest, surroundings: Surroundings): Promise<void> {
  const { flags } = request;
  const directory = namedPath("DIR")(request.directory);
  if (directory.includes(":")) {
    throw new UsageError(
      "ARGUMENT_INVALID",
      "the folder has a colon in its name, and a colon ends the path of an archive",
    );
  }
  const { stdout, env, signal } = surroundings;
  const { style: plain, write } = createOutput(stdout, env);
  const style = { ...plain, now: surroundings.now(), trunc: true };
  const human = flags.format === "text";
  if (human) write(demoIntroduction(style));

  const image = await writeDemoImage(join(directory, "planish-demo.tar"), { signal });
  const flat = `docker-archive:${join(directory, "planish-demo-flat.tar")}`;
  const before = await history(image.reference, { signal });
  const result = await flatten(image.reference, flat, { tags: ["planish-demo:flat"], force: true, signal });
  const after = await history(result.destination, { signal });

  const demo: DemoResult = { image, before, flatten: result, after };
  if (human) write(demoTour(demo, style));
  else await writeLines(surroundings, resultJsonLines(demo));
}
