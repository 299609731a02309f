import { expect, test } from "vitest";
import { formatExact, parseExact } from "../../../src/verify/exact-json.ts";

const normal = (text: string): string => formatExact(parseExact(text));

test("numbers keep their digits as written", () => {
  expect(normal('{"a": 1.0, "b": [12345678901234567890, -0, 1e2]}')).toBe(
    '{"a":1.0,"b":[12345678901234567890,-0,1e2]}',
  );
});

test("names are sorted, and escapes are decoded", () => {
  expect(normal('{"b":null,"a":"\\u0041","__proto__":{"x":true}}')).toBe('{"__proto__":{"x":true},"a":"A","b":null}');
});
