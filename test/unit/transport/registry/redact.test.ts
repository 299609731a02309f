import { expect, test } from "vitest";
import { printable, redactUrl, Secrets } from "../../../../src/transport/registry/redact.ts";

test("a URL is shown without user, password, fragment and the values of its query", () => {
  const url = "https://user:pass@cdn.example:8443/blob/x?X-Amz-Signature=abc&digest=sha256:1#frag";
  expect(redactUrl(url)).toBe("https://cdn.example:8443/blob/x?X-Amz-Signature=REDACTED&digest=sha256:1");
});

test("an invalid URL is not shown", () => {
  expect(redactUrl("https://user:secret@[bad")).toBe("(an invalid URL)");
});

test("a server's text stays on one line, without control characters, and is cut", () => {
  expect(printable("a\u001b[31m\nb\u202e\u2028c")).toBe("a\uFFFD[31m\uFFFDb\uFFFD\uFFFDc");
  expect(printable("x".repeat(1000))).toHaveLength(301);
});

test("a text that repeats a credential is withheld", () => {
  const secrets = new Secrets();
  secrets.add("hunter22", undefined, "abc");
  expect(secrets.show("bad password hunter22")).not.toContain("hunter22");
  expect(secrets.show("the alphabet begins with abc")).toBe("the alphabet begins with abc");
});
