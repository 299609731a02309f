import { expect, test } from "vitest";
import type { HttpClient } from "../../../../src/transport/registry/exchange.ts";
import { registrySettings } from "../../../../src/transport/registry/options.ts";
import { Secrets } from "../../../../src/transport/registry/redact.ts";
import { fetchToken } from "../../../../src/transport/registry/token.ts";

const question = {
  realm: "https://auth.example/token",
  service: undefined,
  scopes: [],
  credentials: undefined,
  registry: new URL("https://r.example/v2/"),
  authHint: undefined,
} as const;

/** Asks a token server that gives this answer, or redirects to another that does. */
function ask(answer: string, status = 200, elsewhere?: string) {
  const client: HttpClient = {
    send: async ({ url }) => ({
      status: elsewhere === undefined || url.href === elsewhere ? status : 302,
      url,
      header: (name) => (name === "location" ? elsewhere : undefined),
      headerValues: () => [],
      async *stream() {
        yield Buffer.from(answer);
      },
      async discard() {},
    }),
    async [Symbol.asyncDispose]() {},
  };
  const settings = registrySettings({ environment: {} });
  return fetchToken(question, { client, settings, secrets: new Secrets(), signal: new AbortController().signal });
}

test.each([
  '{"token":"abc"}',
  '{"access_token":"abc"}',
  '{"token":"","access_token":"abc"}',
  '{"token":null,"access_token":"abc","expires_in":null}',
])("the token in %s is found, as engines find it", async (answer) => {
  expect((await ask(answer)).value).toBe("abc");
});

test.each(['"300"', "0", "-1", "null"])(
  "a lifetime of %s means that of a token that does not say",
  async (lifetime) => {
    const now = performance.now();
    const { expiresAt } = await ask(`{"token":"abc","expires_in":${lifetime}}`);
    expect(expiresAt - now).toBeGreaterThan(59_000);
    expect(expiresAt - now).toBeLessThan(100_000);
  },
);

test.each(["{}", '{"token":""}', '{"token":"a b"}', '{"token":1}', "<html>"])("in %s there is none", async (answer) => {
  await expect(ask(answer)).rejects.toMatchObject({
    code: "TRANSPORT_FAILED",
    message: "https://auth.example/token gave no token",
  });
});

test.each([
  [401, undefined, "AUTH_DENIED"],
  [403, undefined, "AUTH_DENIED"],
  [403, "https://elsewhere.example/login", "TRANSPORT_FAILED"],
  [404, undefined, "TRANSPORT_FAILED"],
])("an answer of %i, redirected to %s, says nothing about the image: %s", async (status, elsewhere, code) => {
  await expect(ask("", status, elsewhere)).rejects.toMatchObject({ code, details: { status } });
});

test("an answer that is too large for a token is the server's fault, and no limit of the user's", async () => {
  await expect(ask(" ".repeat(2 ** 20 + 1))).rejects.toMatchObject({
    code: "TRANSPORT_FAILED",
    message: "https://auth.example/token gave an answer of more than 1.05 MB, which no such answer has",
    details: {},
  });
});
