import type { FlattenOptions } from "../flatten-options.ts";

/**
 * The options that a result depends on, besides its source. Options for access to the source and for speed are not
 * among them.
 */
const FLATTEN_PARAMETERS = [
  "platforms",
  "profile",
  "lenientTar",
  "layers",
  "base",
  "maxLayers",
  "mergeSmallerThan",
  "split",
  "exclude",
  "prune",
  "changes",
  "env",
  "unsetEnv",
  "labels",
  "unsetLabels",
  "annotations",
  "author",
  "message",
  "history",
  "attestations",
  "created",
  "rewriteTimestamp",
  "compression",
  "compressionLevel",
  "canonical",
] as const satisfies readonly (keyof FlattenOptions)[];

/** The options that shape a result, as plain data. */
export function flattenParameters(options: FlattenOptions): Record<string, unknown> {
  const given = FLATTEN_PARAMETERS.map((name) => [name, options[name]] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
