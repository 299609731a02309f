/**
 * The command of a history step as written in a Dockerfile: the classic builder wraps it in `/bin/sh -c #(nop)`,
 * BuildKit appends `# buildkit`, and both prepend build arguments.
 */
export function stepCommand(createdBy: string): string {
  const marked = withoutMark(createdBy);
  const instruction = /^\/bin\/sh -c #\(nop\)\s+(.*)$/s.exec(marked)?.[1];
  if (instruction !== undefined) return instruction;
  const classicRun = /^(?:\|\d+ .*? )?\/bin\/sh -c (.*)$/s.exec(marked)?.[1];
  if (classicRun !== undefined) return `RUN ${classicRun}`;
  return marked.replace(/^RUN (?:\|\d+ .*? )?\/bin\/sh -c /s, "RUN ");
}

/** {@link stepCommand} on one line. */
export function stepLine(createdBy: string): string {
  return stepCommand(createdBy).replace(/\s+/g, " ");
}

const BUILDKIT = "# buildkit";

/** Without a regular expression: one that starts with spaces would be tried at each of them. */
function withoutMark(createdBy: string): string {
  const end = createdBy.trimEnd();
  return end.endsWith(BUILDKIT) ? end.slice(0, -BUILDKIT.length).trimEnd() : createdBy;
}
