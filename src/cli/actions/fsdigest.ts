import { fsdigest, UsageError } from "../../index.ts";
import type { FsdigestFlags } from "../commands/fsdigest.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { fsdigestView } from "../views/fsdigest-view.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { withRunOptions } from "./run-options.ts";
import { checkSource } from "./stdio.ts";

/** Arguments and options of `planish fsdigest`. */
export interface FsdigestRequest {
  readonly source: string;
  readonly flags: FsdigestFlags;
}

/** Runs `planish fsdigest`. */
export async function runFsdigest({ source, flags }: FsdigestRequest, surroundings: Surroundings): Promise<void> {
  checkSource(source, flags, surroundings);
  const result = await withRunOptions({ ...flags, transient: true }, surroundings, (options) =>
    fsdigest(source, options),
  );
  const { style, write } = createOutput(surroundings.stdout, surroundings.env);
  const [image, ...others] = result.images;
  if (flags.format === "json") return writeLines(surroundings, resultJsonLines(result));
  if (flags.quiet !== true || image === undefined) {
    return write(fsdigestView(result, style));
  }
  if (others.length === 0) return write(image.fsdigest);
  const platforms = result.images.map(({ platform }) => platform).join(", ");
  throw new UsageError("ARGUMENT_INVALID", `--quiet: the source has ${result.images.length} images`, {
    details: { hint: `choose one with --platform: ${platforms}` },
  });
}
