import { expect, test } from "vitest";
import { connectRegistry } from "../../../../src/transport/registry/connect.ts";
import { startFaultProxy } from "../../../support/registry/fault-proxy.ts";
import { imageFixture, writeImage } from "../../../support/registry/image-fixture.ts";
import { openDestination, openSource, QUICK } from "../../../support/registry/session-fixture.ts";
import { startSpecRegistry } from "../../../support/registry/spec-registry.ts";

test("credentials are not sent to a token server that is named where a redirect of the first request led", async () => {
  await using registry = await startSpecRegistry();
  await using to = await openDestination(`localhost:${registry.port}/a/b:1`);
  await writeImage(to, imageFixture([10]));
  await using elsewhere = await startFaultProxy(registry.port, () => {
    const challenge = `Bearer realm="http://${elsewhere.host}/token"`;
    return { status: 401, headers: { "www-authenticate": challenge } };
  });
  await using proxy = await startFaultProxy(registry.port, ({ url }) =>
    url === "/v2/" ? { status: 302, headers: { location: `http://${elsewhere.host}/v2/` } } : undefined,
  );
  const credentials = { username: "alice", password: "secret" };
  await using from = await openSource(`${proxy.host}/a/b:1`, { credentials });
  await from.resolve();
  expect(elsewhere.seen.map(({ url }) => url)).toEqual(["/v2/"]);
});

test("a session for another repository knows how the registry wants to be authorized", async () => {
  await using registry = await startSpecRegistry();
  await using proxy = await startFaultProxy(registry.port, ({ url, headers }) => {
    if (headers.authorization !== undefined) return undefined;
    return url === "/v2/" ? { status: 401, headers: { "www-authenticate": 'Basic realm="r"' } } : { status: 403 };
  });
  const { signal } = new AbortController();
  const options = { ...QUICK, credentials: { username: "alice", password: "secret" } };
  await using session = await connectRegistry({ registry: proxy.host, repository: "a/b", side: "source" }, options, {
    signal,
  });
  const other = session.about("c/d");
  const request = { method: "GET", url: other.url("tags/list"), scopes: [other.scope("pull")], expect: [404] } as const;
  await (await other.request(request)).discard();
  expect(proxy.seen.map(({ url }) => url)).toEqual(["/v2/", "/v2/c/d/tags/list"]);
});
