import { type JsonMember, type JsonRange, jsonElements, jsonMembers, skipSpace } from "../oci/json-members.ts";

/** Some bytes of a document replaced by other JSON text. Edits of one document never overlap. */
export interface JsonEdit extends JsonRange {
  readonly text: string;
}

/**
 * The document with the edits made; every byte outside them is the document's own. The same object when there are none.
 */
export function applyEdits(json: Uint8Array, edits: readonly JsonEdit[]): Uint8Array {
  if (edits.length === 0) return json;
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(json.subarray(at, edit.start), Buffer.from(edit.text));
    at = edit.end;
  }
  return Buffer.concat([...parts, json.subarray(at)]);
}

/** What becomes of an object: `set` holds JSON texts by name, `remove` says which other members go. */
export interface ObjectChange {
  readonly set?: Readonly<Record<string, string>>;
  readonly remove?: (name: string) => boolean;
}

/**
 * The edits that change the object which begins at an offset. A member that has the text already is left alone, one
 * that is new is added at the end, spaced as the first one is; what is removed takes one comma and the space beside it
 * along.
 */
export function editObject(json: Uint8Array, start: number, change: ObjectChange): JsonEdit[] {
  const members = jsonMembers(json, start);
  const set = change.set ?? {};
  const gone = (member: JsonMember) => !Object.hasOwn(set, member.name) && (change.remove?.(member.name) ?? false);
  const replaced = members.flatMap((member): JsonEdit[] => {
    const text = Object.hasOwn(set, member.name) ? set[member.name] : undefined;
    return text === undefined || text === textOf(json, member.value) ? [] : [{ ...member.value, text }];
  });
  const names = new Set(members.map((member) => member.name));
  const colon = spaceBefore(json, start, members) === "" ? ":" : ": ";
  const added = Object.entries(set)
    .filter(([name]) => !names.has(name))
    .map(([name, text]) => `${JSON.stringify(name)}${colon}${text}`);
  return [...replaced, ...editItems(json, start, { items: members, gone: members.map(gone), added })];
}

/**
 * The edits that remove the elements which `gone` marks from the array that begins at an offset, and add others at its
 * end.
 */
export function editArray(
  json: Uint8Array,
  start: number,
  change: { readonly gone?: readonly boolean[]; readonly added?: readonly string[] },
): JsonEdit[] {
  return editItems(json, start, {
    items: jsonElements(json, start),
    gone: change.gone ?? [],
    added: change.added ?? [],
  });
}

/**
 * The range of the value that a path of names leads to from the document's root; undefined when there is none. Of equal
 * names the last counts.
 */
export function valueAt(json: Uint8Array, ...path: readonly string[]): JsonRange | undefined {
  let range: JsonRange | undefined = { start: skipSpace(json, 0), end: json.length };
  for (const name of path) {
    if (json[range.start] !== OPEN_BRACE) return undefined;
    range = jsonMembers(json, range.start).findLast((member) => member.name === name)?.value;
    if (range === undefined) return undefined;
  }
  return range;
}

/** The text of a range. */
export function textOf(json: Uint8Array, range: JsonRange): string {
  return Buffer.from(json.buffer, json.byteOffset + range.start, range.end - range.start).toString("utf8");
}

/** Tells whether an object begins at a range, rather than `null` or anything else. */
export function isObjectAt(json: Uint8Array, range: JsonRange | undefined): range is JsonRange {
  return range !== undefined && json[range.start] === OPEN_BRACE;
}

const OPEN_BRACE = 0x7b;

interface ItemChange {
  readonly items: readonly JsonRange[];
  readonly gone: readonly boolean[];
  readonly added: readonly string[];
}

/** Items that go before one that stays take the comma behind them along, those at the end the comma before them. */
function editItems(json: Uint8Array, start: number, { items, gone, added }: ItemChange): JsonEdit[] {
  const lastKept = items.findLastIndex((_, i) => !gone[i]);
  const edits: JsonEdit[] = [];
  for (const [i, item] of items.entries()) {
    const next = items[i + 1];
    if (gone[i] && i < lastKept && next !== undefined) edits.push({ start: item.start, end: next.start, text: "" });
  }
  const tailStart = items[lastKept]?.end ?? items[0]?.start ?? start + 1;
  const tailEnd = items.at(-1)?.end ?? tailStart;
  const space = spaceBefore(json, start, items);
  const text = added.map((item, i) => `${lastKept >= 0 || i > 0 ? `,${space}` : ""}${item}`).join("");
  if (tailStart !== tailEnd || text !== "") edits.push({ start: tailStart, end: tailEnd, text });
  return edits;
}

/** The white space between the opening bracket and the first item: what separates the items of an indented document. */
function spaceBefore(json: Uint8Array, start: number, items: readonly JsonRange[]): string {
  return textOf(json, { start: start + 1, end: items[0]?.start ?? start + 1 });
}
