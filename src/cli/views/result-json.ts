import { safeJson } from "../text/safe-json.ts";

/** Version of every JSON document that the command line prints; docs/schema has a schema for each. */
export const SCHEMA_VERSION = 1;

/** A result of the library as the one JSON object that `--format json` prints. */
export function resultJson(result: object): string {
  return safeJson({ schemaVersion: SCHEMA_VERSION, ...result }, 2);
}
