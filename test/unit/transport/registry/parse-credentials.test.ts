import { expect, test } from "vitest";
import { parseCredentials } from "../../../../src/transport/registry/parse-credentials.ts";

test("a password may have colons and may be empty", () => {
  expect(parseCredentials("alice:won:der")).toEqual({ username: "alice", password: "won:der" });
  expect(parseCredentials("alice:")).toEqual({ username: "alice", password: "" });
});

test.each(["", "secret", ":secret", undefined as unknown as string])("%j is refused and not repeated", (text) => {
  expect(() => parseCredentials(text)).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
  expect(() => parseCredentials(text)).not.toThrow("secret");
});
