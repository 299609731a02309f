import { expect, test } from "vitest";
import { parseChallenges } from "../../../../src/transport/registry/challenge.ts";

test("a bearer challenge gives its parameters, with commas and escapes inside quotes", () => {
  const header =
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push",error="x \\"y\\""';
  expect(parseChallenges([header])).toEqual([
    {
      scheme: "bearer",
      parameters: {
        realm: "https://auth.docker.io/token",
        service: "registry.docker.io",
        scope: "repository:a/b:pull,push",
        error: 'x "y"',
      },
    },
  ]);
});

test("several challenges of one header and of several headers come in order", () => {
  const headers = ['Negotiate, Basic realm="a, b", charset=UTF-8', "BEARER Realm = x"];
  expect(parseChallenges(headers)).toEqual([
    { scheme: "negotiate", parameters: {} },
    { scheme: "basic", parameters: { realm: "a, b", charset: "UTF-8" } },
    { scheme: "bearer", parameters: { realm: "x" } },
  ]);
});

test("a token68 is no parameter, and text that follows no rule is skipped", () => {
  expect(parseChallenges(['NTLM TlRMTVNTUAAC== , Basic realm="r"'])).toEqual([
    { scheme: "ntlm", parameters: {} },
    { scheme: "basic", parameters: { realm: "r" } },
  ]);
  expect(parseChallenges(["", ",,,", '"', 'realm="without a scheme"'])).toEqual([]);
});

test("the first of two equal parameters counts", () => {
  expect(parseChallenges(["Basic realm=a, realm=b"])).toEqual([{ scheme: "basic", parameters: { realm: "a" } }]);
});

test("a long hostile header is parsed in linear time", () => {
  const begun = performance.now();
  parseChallenges([
    `Bearer ${'a="'.repeat(30_000)}`,
    `Bearer a="${"\\".repeat(100_000)}`,
    "a ".repeat(50_000),
    " ,".repeat(50_000),
  ]);
  expect(performance.now() - begun).toBeLessThan(2000);
});
