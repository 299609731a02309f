import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { networkError } from "../../../../src/transport/registry/network-failure.ts";

const request = { method: "GET", url: new URL("https://registry.example/v2/") } as const;

test("what the system threw is known in another context than its own too, as with Jest", () => {
  const script = 'new TypeError("fetch failed", { cause: Object.assign(new Error("raw"), { code: "ECONNRESET" }) })';
  const foreign: unknown = runInNewContext(script);
  expect(foreign instanceof Error).toBe(false);
  expect(networkError(foreign, request).details).toMatchObject({ errno: "ECONNRESET", temporary: true });
});
