import type { FlattenOptions } from "../flatten-options.ts";

/**
 * What a result hangs on besides its source: those of these options that were given. Where it comes from, who may read
 * it and how fast it is made are not among them.
 */
export const FLATTEN_PARAMETERS = [
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
