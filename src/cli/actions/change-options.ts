import { type FlattenOptions, UsageError } from "../../index.ts";
import type { ChangeFlags } from "../commands/change-options.ts";
import { escapeText } from "../text/escape.ts";
import { definedOnly } from "./run-options.ts";

/**
 * Changes to config and manifest, as options of the library, which parses instructions, variables and labels itself.
 * @throws UsageError ARGUMENT_INVALID for an annotation without a name
 */
export function changeOptions(flags: ChangeFlags): FlattenOptions {
  return definedOnly<FlattenOptions>({
    changes: flags.change,
    env: flags.env,
    unsetEnv: flags.unsetEnv,
    labels: flags.label,
    unsetLabels: flags.unsetLabel,
    annotations: flags.annotation && Object.fromEntries(flags.annotation.map(annotationOf)),
    author: flags.author,
    message: flags.message,
  });
}

function annotationOf(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError("ARGUMENT_INVALID", `--annotation: ${JSON.stringify(escapeText(text))} is not NAME=VALUE`);
}
