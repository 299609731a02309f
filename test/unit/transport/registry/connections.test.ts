import { afterEach, expect, test } from "vitest";
import { type Connections, openConnections } from "../../../../src/transport/registry/connections.ts";
import { registrySettings } from "../../../../src/transport/registry/options.ts";

const open: Connections[] = [];
afterEach(async () => {
  for (const connections of open.splice(0)) await connections.close();
});

/** Which of the URLs go through a proxy in an environment. */
async function proxied(environment: Record<string, string>, urls: readonly string[]): Promise<readonly boolean[]> {
  const connections = await openConnections("x", registrySettings({ environment, certificateRoots: [] }));
  open.push(connections);
  const direct = connections.to(new URL("http://localhost/"));
  return urls.map((url) => connections.to(new URL(url)) !== direct);
}

test("without proxies all connections are direct", async () => {
  expect(await proxied({}, ["https://a.com/", "http://a.com/"])).toEqual([false, false]);
});

test("each scheme has its proxy, in upper or lower case, and loopback has none", async () => {
  const urls = ["https://a.com/", "http://a.com/", "https://127.0.0.1:5000/", "http://[::1]/"];
  expect(await proxied({ HTTPS_PROXY: "http://p:1" }, urls)).toEqual([true, false, false, false]);
  expect(await proxied({ http_proxy: "http://p:1" }, urls)).toEqual([false, true, false, false]);
  expect(await proxied({ http_proxy: "http://p:1", https_proxy: "http://p:2" }, urls)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("a proxy without a scheme speaks HTTP, and an invalid one is a usage error", async () => {
  expect(await proxied({ HTTPS_PROXY: "p.test:3128", http_proxy: "10.0.0.1" }, ["https://a.com/"])).toEqual([true]);
  for (const wrong of ["ftp://p", "http://", "bogus://user:secret@p", "http://p:port"]) {
    await expect(proxied({ HTTPS_PROXY: wrong }, [])).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: "what HTTPS_PROXY says is not the address of a proxy",
    });
  }
});

test("NO_PROXY may name networks of either family", async () => {
  const environment = { HTTP_PROXY: "http://p:1", NO_PROXY: "10.0.0.0/8, fd00::/8, 10.0.0.0/99, nonsense/8" };
  const urls = ["http://10.1.2.3/", "http://11.1.2.3/", "http://[fd12::1]/", "http://[fe80::1]/", "http://nonsense/"];
  expect(await proxied(environment, urls)).toEqual([false, true, false, true, true]);
});
