import { type ImagesOptions, images, UsageError } from "../../index.ts";
import type { ImagesFlags } from "../commands/images.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { imagesTree } from "../views/images-tree.ts";
import { imageId, imagesView } from "../views/images-view.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { withRunOptions } from "./run-options.ts";

/** Arguments and options of `planish images`. */
export interface ImagesRequest {
  readonly place: string;
  readonly flags: ImagesFlags;
}

/** Runs `planish images`. */
export async function runImages({ place, flags }: ImagesRequest, surroundings: Surroundings): Promise<void> {
  const filters = parseFilters(flags.filter ?? []);
  const result = await withRunOptions({ ...flags, transient: true }, surroundings, (options) =>
    images(place, { ...options, ...filters }),
  );
  const { stdout, env } = surroundings;
  const { style: plain, write } = createOutput(stdout, env);
  const { trunc, digests = false } = flags;
  const style = { ...plain, now: surroundings.now(), trunc, digests };
  if (flags.format === "json") await writeLines(surroundings, resultJsonLines(result));
  else if (flags.quiet === true) {
    for (const id of new Set(result.images.map(({ id }) => imageId(id, trunc)))) write(id);
  } else write(flags.tree === true ? imagesTree(result, style) : imagesView(result, style));
}

/** @throws UsageError ARGUMENT_INVALID */
function parseFilters(filters: readonly string[]): Pick<ImagesOptions, "dangling" | "references"> {
  const pairs = filters.map((filter) => [filter, ...(/^(\w+)=(.+)$/s.exec(filter)?.slice(1) ?? [])] as const);
  const dangling = pairs.filter(([, name]) => name === "dangling").map(([filter, , value]) => boolean(filter, value));
  const references = pairs.filter(([, name]) => name === "reference").map(([, , value = ""]) => value);
  for (const [filter, name] of pairs) {
    if (name !== "dangling" && name !== "reference") throw refused(filter);
  }
  return {
    ...(dangling.length > 0 && { dangling: dangling.at(-1) ?? false }),
    ...(references.length > 0 && { references }),
  };
}

function boolean(filter: string, value = ""): boolean {
  if (/^(?:true|1)$/.test(value)) return true;
  if (/^(?:false|0)$/.test(value)) return false;
  throw refused(filter);
}

function refused(filter: string): UsageError {
  return new UsageError("ARGUMENT_INVALID", `--filter: ${JSON.stringify(filter)} is not a filter`, {
    details: { hint: "write dangling=true, dangling=false or reference=PATTERN" },
  });
}
