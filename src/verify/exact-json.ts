/** A JSON value whose numbers are kept as written: JavaScript would round them. */
export type ExactJson = string | boolean | null | ExactNumber | readonly ExactJson[] | ExactObject;
export type ExactObject = ReadonlyMap<string, ExactJson>;

/** A number by its digits: `1.0` is not `1`. */
class ExactNumber {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

/** Parses valid JSON. Of equal names in an object the last counts. */
export function parseExact(text: string): ExactJson {
  return JSON.parse(text, revive as (name: string, value: unknown) => unknown);
}

/** The text of a value, names of objects sorted: equal texts mean equal values. */
export function formatExact(value: ExactJson): string {
  if (value instanceof ExactNumber) return value.digits;
  if (value instanceof Map) {
    const members = [...value].sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${formatExact(member)}`).join(",")}}`;
  }
  return Array.isArray(value) ? `[${value.map(formatExact).join(",")}]` : JSON.stringify(value);
}

/** JSON.parse passes the source text of each primitive value. tc39.es/proposal-json-parse-with-source */
function revive(_name: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value === "number") return new ExactNumber(context.source ?? String(value));
  const object =
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
  return object ? new Map(Object.entries(value)) : value;
}
