import { expect, test } from "vitest";
import type { HttpClient, HttpRequest, HttpResponse } from "../../../../src/transport/registry/exchange.ts";
import { resolveLocation, sendFollowing } from "../../../../src/transport/registry/redirect.ts";

/** A response with no body. */
function reply(url: URL, status: number, location?: string): HttpResponse {
  return {
    status,
    url,
    header: (name) => (name === "location" ? location : undefined),
    headerValues: () => [],
    async *stream() {},
    async discard() {},
  };
}

/** Follows a chain of redirects; tells which URLs were asked, and with which authorization. */
async function follow(
  chain: readonly (readonly [number, string])[],
  first: Partial<HttpRequest> = {},
  allowPlain = false,
) {
  const asked: string[] = [];
  const client: HttpClient = {
    async send({ url, headers }) {
      const [status, location] = chain[asked.length] ?? [200, undefined];
      asked.push(`${url.href} ${headers.authorization ?? "-"}`);
      return reply(url, status, location);
    },
    async [Symbol.asyncDispose]() {},
  };
  const request: HttpRequest = {
    method: "GET",
    url: new URL("https://r.io/a"),
    headers: { authorization: "A" },
    ...first,
  };
  const { status } = await sendFollowing(client, request, allowPlain);
  return { asked, status };
}

test("authorization is sent within the origin only", async () => {
  expect(
    (
      await follow([
        [307, "/b"],
        [302, "https://cdn.io/c"],
        [301, "https://r.io/d"],
      ])
    ).asked,
  ).toEqual(["https://r.io/a A", "https://r.io/b A", "https://cdn.io/c -", "https://r.io/d -"]);
});

test.each(["https://r.io:444/b", "https://sub.r.io/b"])("%s is another origin", async (url) => {
  expect((await follow([[307, url]])).asked[1]).toBe(`${url} -`);
});

test("a redirect from https to http is refused, unless it is allowed", async () => {
  await expect(follow([[307, "http://r.io/b"]])).rejects.toThrow("led from https to http://r.io/b");
  expect((await follow([[307, "http://r.io/b"]], {}, true)).asked[1]).toBe("http://r.io/b -");
});

test("requests that change something follow only redirects that keep the method", async () => {
  expect((await follow([[302, "/b"]], { method: "POST" })).status).toBe(302);
  expect((await follow([[308, "/b"]], { method: "POST" })).asked).toHaveLength(2);
});

test.each([undefined, "", "ftp://r.io/", "http://[bad"])("a redirect to %j is refused", async (location) => {
  const request = { method: "GET", url: new URL("https://r.io/a?signature=s") } as const;
  expect(() => resolveLocation(reply(request.url, 307, location), request)).toThrow(
    expect.objectContaining({ code: "TRANSPORT_FAILED", message: expect.stringContaining("signature=REDACTED") }),
  );
});

test("a user and a password in a redirect are left out", () => {
  const request = { method: "GET", url: new URL("https://r.io/a") } as const;
  expect(resolveLocation(reply(request.url, 307, "https://u:p@x.io/b"), request).href).toBe("https://x.io/b");
});
