import { UsageError } from "../errors.ts";

/**
 * The patterns of a file such as .dockerignore: one per line, without empty lines, comments and the root, as in Docker.
 * @throws UsageError ARGUMENT_INVALID for anything but a string
 */
export function parsePatternLines(text: string): string[] {
  // Callers from JavaScript may pass anything.
  if (typeof text !== "string") throw new UsageError("ARGUMENT_INVALID", "patterns must be a string");
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  return lines.map((line) => line.trim()).filter((line) => line !== "" && line !== "." && !line.startsWith("#"));
}
