import { changeInvalid } from "./change-invalid.ts";

/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In capitals. */
  readonly name: string;
  /** What follows the name, trimmed. */
  readonly rest: string;
}

/**
 * The instructions of a text, nearly always one: lines as in a Dockerfile, where a backslash at the end continues a
 * line, and comments and empty lines are ignored.
 * @throws UsageError ARGUMENT_INVALID when there is none
 */
export function instructionsOf(text: string): Instruction[] {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:#|$)/.test(line));
  const found = lines
    .join("\n")
    .replace(/(?<!\\)\\[ \t]*(?:\n|$)/g, "")
    .split("\n")
    .map((line) => /^\s*(\S+)\s*([\s\S]*?)\s*$/.exec(line))
    .filter((match) => match !== null)
    .map(([, name = "", rest = ""]) => ({ name: name.toUpperCase(), rest }));
  if (found.length === 0) throw changeInvalid(text, "there is no instruction in it");
  return found;
}
