import { createServer } from "node:net";
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

test.each([
  ["cuts connections", "", "the connection was cut"],
  ["speaks another protocol", "SSH-2.0-other\r\n", "HTTPParserError: Response does not match the HTTP/1.1 protocol"],
])("a server without TLS that %s is an error of plain HTTP, where that is allowed", async (_, answer, reason) => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", ([first]) => socket.end(first === TLS_HANDSHAKE ? "not TLS" : answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const host = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const error = await openSource(`${host}/a/b:1`, { retry: { retries: 0 } }).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ message: expect.stringContaining(`GET http://${host}/v2/ failed: ${reason}`) });
  expect(error).not.toHaveProperty("details.hint");
  await new Promise((resolve) => server.close(resolve));
});

/** The type of the first record of a TLS connection. RFC 8446 §5.1 */
const TLS_HANDSHAKE = 22;
