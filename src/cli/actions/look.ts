import type { Diagnostic, LookOptions } from "../../index.ts";
import type { LookFlags } from "../commands/look-options.ts";
import { given, wholeNumber } from "../option-values.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import type { Ui } from "../ui/ui.ts";
import { diagnosticsText } from "../views/diagnostics-text.ts";
import { withRunOptions } from "./run-options.ts";
import { checkSource } from "./stdio.ts";

/** Arguments and options of a command that looks into one image. */
export interface LookRequest<Flags extends LookFlags> {
  readonly source: string;
  /** As it was typed. */
  readonly path: string;
  readonly flags: Flags;
}

/**
 * Runs an operation of the library on an image, with the options of the command line.
 * @throws UsageError ARGUMENT_INVALID
 */
export async function look<Result>(
  { source, flags }: Omit<LookRequest<LookFlags>, "path">,
  surroundings: Surroundings,
  operation: (options: LookOptions, ui: Pick<Ui, "close">) => Promise<Result>,
): Promise<Result> {
  checkSource(source, flags, surroundings);
  const layer = given(flags.layer, wholeNumber("--layer", 0));
  return withRunOptions({ ...flags, transient: true }, surroundings, ({ strict: _, ...options }, ui) =>
    operation(layer === undefined ? options : { ...options, layer }, ui),
  );
}

/** Converts a typed path to the library's form: one char per byte of its UTF-8. */
export function entryPath(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/**
 * Prints diagnostics about the image as a whole on stderr, such as which platform was selected; those about single
 * layers are only in the JSON.
 */
export function tellNotes(diagnostics: readonly Diagnostic[], { stderr, env }: Surroundings): void {
  const { style, write } = createOutput(stderr, env);
  const notes = diagnostics.filter(({ layer }) => layer === undefined);
  const lines = diagnosticsText(notes, style);
  if (lines.length > 0) write(lines.join("\n"));
}
