import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonDepth, jsonElements, jsonMembers, skipSpace } from "../../../src/oci/json-members.ts";
import { useSeed } from "../../support/seed.ts";

useSeed();

const bytes = (text: string) => new TextEncoder().encode(text);
const slice = (json: Uint8Array, range: { start: number; end: number }) =>
  new TextDecoder().decode(json.subarray(range.start, range.end));

describe("jsonMembers", () => {
  test("gives names decoded and ranges in bytes, in the order of the document", () => {
    const json = bytes('\r\n{ "\\u0061é" :\t1.0 ,"b":{"x":["}"]},"c":"q\\"}","c" : null}');
    const members = jsonMembers(json, 2);
    expect(members.map((member) => [member.name, slice(json, member.value)])).toEqual([
      ["aé", "1.0"],
      ["b", '{"x":["}"]}'],
      ["c", '"q\\"}"'],
      ["c", "null"],
    ]);
    expect(slice(json, members[0] ?? { start: 0, end: 0 })).toBe('"\\u0061é" :\t1.0');
  });

  test.each(["{}", "{ \n }"])("finds nothing in %j", (text) => {
    expect(jsonMembers(bytes(text), 0)).toEqual([]);
  });

  test("agrees with JSON.parse on every object, however it is spaced", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue(), { noNullPrototype: true }),
        fc.constantFrom(undefined, 1, "\t", "  "),
        (value, indent) => {
          const json = bytes(JSON.stringify(value, null, indent));
          const found = jsonMembers(json, skipSpace(json, 0)).map((member) => [
            member.name,
            JSON.parse(slice(json, member.value)),
          ]);
          expect(found).toEqual(Object.entries(JSON.parse(JSON.stringify(value))));
        },
      ),
    );
  });
});

describe("jsonElements", () => {
  test("gives the range of each element", () => {
    const json = bytes('[ 1, "a,]" ,[2,[3]], {"b": []} ]');
    expect(jsonElements(json, 0).map((element) => slice(json, element))).toEqual([
      "1",
      '"a,]"',
      "[2,[3]]",
      '{"b": []}',
    ]);
    expect(jsonElements(bytes("[ ]"), 0)).toEqual([]);
  });
});

describe("jsonDepth", () => {
  test("agrees with a recursive count", () => {
    const depthOf = (value: unknown): number =>
      typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        expect(jsonDepth(bytes(text), 100)).toBe(depthOf(JSON.parse(text)));
      }),
    );
  });

  test("stops counting once it knows enough", () => {
    expect(jsonDepth(bytes("[".repeat(1000)), 64)).toBe(65);
  });
});
