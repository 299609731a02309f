import { readFile, UsageError } from "../../index.ts";
import type { LookFlags } from "../commands/look-options.ts";
import type { Surroundings } from "../surroundings.ts";
import { escapeLines } from "../text/escape.ts";
import { whileRead, writeOut } from "../write-out.ts";
import { entryPath, type LookRequest, look } from "./look.ts";

/** Runs `planish cat`. @throws UsageError ARGUMENT_INVALID for `--format json`, since the output is the file itself */
export async function runCat(request: LookRequest<LookFlags>, surroundings: Surroundings): Promise<void> {
  const { source, path, flags } = request;
  if (flags.format === "json") {
    throw new UsageError("ARGUMENT_INVALID", "--format json: cat prints only the file", {
      details: { hint: "planish ls --format json describes it" },
    });
  }
  const show = surroundings.stdout.isTTY === true ? shownSafely() : undefined;
  await whileRead(async () => {
    await look({ source, flags }, surroundings, (options, ui) =>
      readFile(source, entryPath(path), {
        ...options,
        take(chunk) {
          // Progress that is removed later would take lines of the file with it.
          ui.close();
          return writeOut(surroundings, show === undefined ? chunk : show(chunk));
        },
      }),
    );
    if (show !== undefined) await writeOut(surroundings, show());
  });
}

/** Escapes chunks for a terminal; a character may span two chunks. Call it without a chunk at the end. */
function shownSafely(): (chunk?: Uint8Array) => string {
  const decoder = new TextDecoder();
  return (chunk) => escapeLines(decoder.decode(chunk, { stream: chunk !== undefined }));
}
