import { describe, expect, test } from "vitest";
import { admit, newToken, type Visit } from "../../../../src/report/ui/access.ts";

const token = newToken();
const gate = { token, port: 4711 };
const own: Visit = { method: "GET", url: `/${token}/report?image=a`, headers: { host: "127.0.0.1:4711" } };

describe("access to the pages of planish ui", () => {
  test("needs the token and the server's own name", () => {
    expect(admit(own, gate)).toMatchObject({ pathname: "/report", search: "?image=a" });
    expect(admit({ ...own, headers: { host: "localhost:4711", origin: "http://localhost:4711" } }, gate)).toMatchObject(
      {},
    );
    expect(admit({ ...own, headers: { ...own.headers, "sec-fetch-site": "same-origin" } }, gate)).toMatchObject({});
    expect(admit({ ...own, url: `/${token}/` }, gate)).toMatchObject({ pathname: "/" });
  });

  test.each<[string, Partial<Visit>, number]>([
    ["without a token", { url: "/" }, 404],
    ["with another token", { url: `/${newToken()}/report` }, 404],
    ["with the beginning of the token", { url: `/${token.slice(0, -1)}/` }, 404],
    ["with the token as a query", { url: `/?${token}/` }, 404],
    ["under another name, which points here", { headers: { host: "evil.example:4711" } }, 403],
    ["under the name with another port", { headers: { host: "127.0.0.1:80" } }, 403],
    ["without a name", { headers: {} }, 403],
    ["from a page of another origin", { headers: { host: "127.0.0.1:4711", origin: "http://evil.example" } }, 403],
    ["from a page of another port", { headers: { host: "127.0.0.1:4711", "sec-fetch-site": "same-site" } }, 403],
    ["from another site, by a link", { headers: { host: "127.0.0.1:4711", "sec-fetch-site": "cross-site" } }, 403],
    ["to change something", { method: "POST" }, 405],
  ])("nobody %s", (_, visit, refusal) => {
    expect(admit({ ...own, ...visit }, gate)).toBe(refusal);
  });

  test("never leads to another host, whatever path follows the token", () => {
    const asked = admit({ ...own, url: `/${token}//evil.example/x` }, gate);
    expect(asked).toMatchObject({ host: "127.0.0.1:4711" });
  });
});
