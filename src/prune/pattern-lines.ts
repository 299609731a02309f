/**
 * The patterns of a file such as .dockerignore: one per line, without empty lines, comments and the root, as in Docker.
 */
export function parsePatternLines(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  return lines.map((line) => line.trim()).filter((line) => line !== "" && line !== "." && !line.startsWith("#"));
}
