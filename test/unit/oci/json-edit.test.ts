import { describe, expect, test } from "vitest";
import { applyEdits, editArray, editObject, valueAt } from "../../../src/oci/json-edit.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (json: Uint8Array) => new TextDecoder().decode(json);

function edited(json: string, set: Record<string, string>, removed: readonly string[] = []): string {
  const document = bytes(json);
  const start = valueAt(document)?.start ?? 0;
  return text(applyEdits(document, editObject(document, start, { set, remove: (name) => removed.includes(name) })));
}

describe("editObject", () => {
  test.each([
    ["replaces a value and nothing beside it", '{"a" :  1.0 , "b":2}', { a: "3" }, [], '{"a" :  3 , "b":2}'],
    ["replaces every value of a name that stands twice", '{"a":1,"a":2}', { a: "3" }, [], '{"a":3,"a":3}'],
    ["adds at the end", '{"a":1}', { b: "2" }, [], '{"a":1,"b":2}'],
    ["adds to an empty object", " {\n} ", { b: "2", c: "3" }, [], ' {"b":2,"c":3\n} '],
    ["adds as the others are indented", '{\r\n\t"a": 1\r\n}', { b: "2" }, [], '{\r\n\t"a": 1,\r\n\t"b": 2\r\n}'],
    ["removes the first", '{"a":1, "b":2}', {}, ["a"], '{"b":2}'],
    ["removes the last with the comma before it", '{"a":1 , "b":2 }', {}, ["b"], '{"a":1 }'],
    ["removes several", '{"a":1,"b":2,"c":3,"d":4,"e":5}', {}, ["a", "c", "d"], '{"b":2,"e":5}'],
    ["removes all", '{ "a":1,"b":2 }', {}, ["a", "b"], "{  }"],
    ["removes the last and adds", '{"a":1,"b":2}', { c: "3" }, ["b"], '{"a":1,"c":3}'],
    ["removes all and adds", '{"a":1,"b":2}', { c: "3", d: "4" }, ["a", "b"], '{"c":3,"d":4}'],
    ["knows a name that is written with escapes", '{"\\u0061":1}', { a: "2" }, [], '{"\\u0061":2}'],
    ["takes no name from JavaScript for one of the object", '{"constructor":1}', {}, ["a"], '{"constructor":1}'],
  ] as const)("%s", (_, json, set, removed, expected) => {
    expect(edited(json, set, removed)).toBe(expected);
  });

  test("does not change a document that already has the values", () => {
    const document = bytes('{"a":1}');
    expect(applyEdits(document, editObject(document, 0, { set: { a: "1" } }))).toBe(document);
  });
});

test("editArray removes elements and adds others", () => {
  const document = bytes("[1, 2, 3]");
  const edits = editArray(document, 0, { gone: [true, false, true], added: ["4"] });
  expect(text(applyEdits(document, edits))).toBe("[2,4]");
});

test("valueAt follows names, the last of equal ones, and returns undefined below anything but an object", () => {
  const document = bytes('{"a":{"b":1,"b":2},"c":[]}');
  expect(valueAt(document, "a", "b")).toEqual({ start: 16, end: 17 });
  expect(valueAt(document, "c", "0")).toBeUndefined();
  expect(valueAt(document, "a", "z")).toBeUndefined();
});
