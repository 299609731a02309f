import { type JsonMember, type JsonRange, jsonElements, jsonMembers, skipSpace } from "./json-members.ts";

/** The replacement of a range of a document by other JSON text. Edits of one document never overlap. */
export interface JsonEdit extends JsonRange {
  readonly text: string;
}

/** Applies edits; every byte outside them is kept. Returns the same object if there are none. */
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

/** A change to an object: `set` has JSON texts by name, `remove` tells which other members are removed. */
export interface ObjectChange {
  readonly set?: Readonly<Record<string, string>>;
  readonly remove?: (name: string) => boolean;
}

/**
 * The edits that change the object at an offset. A member that already has the text is left alone; a new one is added
 * at the end, spaced like the first one; one comma and the space next to it are removed with each removed member.
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

/** The edits that change the object at a path of names from the root; none if there is no object. */
export function editObjectAt(json: Uint8Array, path: readonly string[], change: ObjectChange): JsonEdit[] {
  const range = valueAt(json, ...path);
  return isObjectAt(json, range) ? editObject(json, range.start, change) : [];
}

/** The edits that remove the elements marked in `gone` from the array at an offset, and add others at the end. */
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

/** The range of the value at a path of names from the root, if there is one. Of equal names the last counts. */
export function valueAt(json: Uint8Array, ...path: readonly string[]): JsonRange | undefined {
  let range: JsonRange | undefined = { start: skipSpace(json, 0), end: json.length };
  for (const name of path) {
    if (json[range.start] !== OPEN_BRACE) return undefined;
    range = jsonMembers(json, range.start).findLast((member) => member.name === name)?.value;
    if (range === undefined) return undefined;
  }
  return range;
}

/** Decodes a range. */
export function textOf(json: Uint8Array, range: JsonRange): string {
  return Buffer.from(json.buffer, json.byteOffset + range.start, range.end - range.start).toString("utf8");
}

/** Whether the value at a range is an object, rather than `null` or anything else. */
export function isObjectAt(json: Uint8Array, range: JsonRange | undefined): range is JsonRange {
  return range !== undefined && json[range.start] === OPEN_BRACE;
}

/** Likewise an array. */
export function isArrayAt(json: Uint8Array, range: JsonRange | undefined): range is JsonRange {
  return range !== undefined && json[range.start] === OPEN_BRACKET;
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

interface ItemChange {
  readonly items: readonly JsonRange[];
  readonly gone: readonly boolean[];
  readonly added: readonly string[];
}

/** Items before one that stays are removed with the comma after them, those at the end with the comma before them. */
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

/** The white space before the first item, which also separates the items of an indented document. */
export function spaceBefore(json: Uint8Array, start: number, items: readonly JsonRange[]): string {
  return textOf(json, { start: start + 1, end: items[0]?.start ?? start + 1 });
}
