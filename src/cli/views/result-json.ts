import { safeJson } from "../text/safe-json.ts";

/** Version of every JSON document that the command line prints; docs/schema has a schema for each. */
export const SCHEMA_VERSION = 1;

/**
 * A result of the library as the one JSON object that `--format json` prints, in pieces of one or more lines, for
 * writeLines: every item of a list of objects is a separate piece, so that the text of a hundred thousand files is
 * never in memory as a whole, nor longer than any text can be.
 */
export function resultJsonLines(result: object): Iterable<string> {
  return piecesOf({ schemaVersion: SCHEMA_VERSION, ...result }, { before: "", after: "" });
}

/** The key before a value, and the comma after it. */
interface Around {
  readonly before: string;
  readonly after: string;
}

function* piecesOf(value: unknown, { before, after }: Around, depth = 0): Generator<string> {
  const indent = INDENT.repeat(depth);
  if (depth > DEEPEST || !holdsList(value)) {
    yield `${indent}${before}${safeJson(value, 2).replaceAll("\n", `\n${indent}`)}${after}`;
    return;
  }
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const members = Array.isArray(value) ? value.map((item): [string, unknown] => ["", item]) : fieldsOf(value);
  yield `${indent}${before}${open}`;
  for (const [at, [key, member]] of members.entries()) {
    yield* piecesOf(member, { before: key, after: at === members.length - 1 ? "" : "," }, depth + 1);
  }
  yield `${indent}${close}${after}`;
}

const INDENT = "  ";

/** Deeper values are one piece: every nested generator slows down each step. */
const DEEPEST = 16;

/** Whether a value is, or has as a field, a list of objects. */
function holdsList(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value)
    ? isObject(value[0])
    : Object.values(value).some((field) => isObject(field) && holdsList(field));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function fieldsOf(value: object): [key: string, field: unknown][] {
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return fields.map(([key, field]) => [`${safeJson(key)}: `, field]);
}
