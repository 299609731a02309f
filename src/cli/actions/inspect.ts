import { type InspectedDocument, type InspectResult, inspect, UsageError } from "../../index.ts";
import type { InspectFlags } from "../commands/inspect.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { escapeLines } from "../text/escape.ts";
import { parseExactly } from "../text/exact-json.ts";
import { inspectView } from "../views/inspect-view.ts";
import { resultJsonLines } from "../views/result-json.ts";
import { writeLines } from "../write-out.ts";
import { withRunOptions } from "./run-options.ts";
import { checkSource } from "./stdio.ts";

/** Arguments and options of `planish inspect`. */
export interface InspectRequest {
  readonly source: string;
  readonly flags: InspectFlags;
}

/** Runs `planish inspect`. */
export async function runInspect({ source, flags }: InspectRequest, surroundings: Surroundings): Promise<void> {
  checkSource(source, flags, surroundings);
  const result = await withRunOptions({ ...flags, transient: true }, surroundings, (options) =>
    inspect(source, { ...options, referrers: flags.raw === undefined }),
  );
  const { stdout, env } = surroundings;
  const { style, write } = createOutput(stdout, env);
  if (flags.raw !== undefined) {
    const { text } = rawDocument(result, flags.raw);
    stdout.write(stdout.isTTY === true ? escapeLines(text) : text);
  } else if (flags.format === "json") await writeLines(surroundings, resultJsonLines(exactly(result)));
  else write(inspectView(exactly(result), style));
}

/** The result with documents that print as they are written: those of the library have rounded numbers. */
function exactly({ index, images, ...result }: InspectResult): InspectResult {
  const document = (each: InspectedDocument): InspectedDocument => ({ ...each, json: parseExactly(each.text) });
  return {
    ...result,
    ...(index !== undefined && { index: document(index) }),
    images: images.map((image) => ({ ...image, manifest: document(image.manifest), config: document(image.config) })),
  };
}

/** @throws UsageError ARGUMENT_INVALID if there is none or more than one */
function rawDocument({ index, images }: InspectResult, kind: "config" | "manifest" | "index"): InspectedDocument {
  if (kind === "index") {
    if (index !== undefined) return index;
    throw new UsageError("ARGUMENT_INVALID", "--raw index: the source is one image without an index");
  }
  const [image, ...others] = images;
  if (image !== undefined && others.length === 0) return image[kind];
  const hint = `choose one with --platform: ${images.map(({ platform }) => platform).join(", ")}`;
  throw new UsageError("ARGUMENT_INVALID", `--raw ${kind}: the source has ${images.length} images`, {
    details: { hint },
  });
}
