import { expect, test } from "vitest";
import { parseReference } from "../../../src/transport/parse-reference.ts";
import { isSamePlace } from "../../../src/transport/same-place.ts";

/** Whether two references, given as texts, are to the same place. */
function same(one: string, other: string): boolean {
  const [first, second] = [parseReference(one), parseReference(other)];
  if (first.transport === undefined || second.transport === undefined) throw new Error("a bare path");
  return isSamePlace(first, second);
}

test.each([
  ["docker://app:1", "docker://docker.io/library/app:2"],
  ["oci:layout:1", "oci:./layout:2"],
])("%s and %s are in the same place", (one, other) => {
  expect(same(one, other)).toBe(true);
});

test.each([
  ["docker://app:1", "docker://other:1"],
  ["docker://app:1", "docker-daemon:app:1"],
  ["oci:layout", "oci:other"],
  ["oci:layout", "docker://layout"],
  ["oci-archive:-", "oci-archive:-"],
])("%s and %s are not", (one, other) => {
  expect(same(one, other)).toBe(false);
});
