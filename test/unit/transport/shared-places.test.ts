import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { loadImages } from "../../../src/image/load-images.ts";
import { NO_SERVERS } from "../../../src/transport/servers.ts";
import { SharedPlaces } from "../../../src/transport/shared-places.ts";
import { blob, image } from "../../support/image-fixture.ts";
import { transportContext } from "../../support/transport-context.ts";

const app = image({ compression: "gzip" });

/** A registry that wants a token, with the same image in every repository under the tags `1` and `2`. */
async function startRegistry(asked: string[]): Promise<string> {
  const server = createServer(({ url = "", headers }, response) => {
    asked.push(url);
    if (url.startsWith("/token")) return response.end(JSON.stringify({ token: "t" }));
    const challenge = `Bearer realm="http://${headers.host}/token",service="test"`;
    if (headers.authorization === undefined) return response.writeHead(401, { "www-authenticate": challenge }).end();
    const [, kind] = /\/(manifests\/[12]|blobs)/.exec(url) ?? [];
    const found = kind === undefined ? undefined : kind === "blobs" ? blob("application/json", app.config) : app.oci;
    if (found === undefined) return response.writeHead(404).end("{}");
    return response.writeHead(200, { "content-type": found.mediaType }).end(found.bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("images of one registry are read with one greeting, and with one token for each repository", async () => {
  const asked: string[] = [];
  const host = await startRegistry(asked);
  const texts = ["a:1", "a:2", "b:1", "b:2", "a:3"].map((name) => `docker://${host}/${name}`);
  const context = transportContext("/nowhere");
  await using places = new SharedPlaces(texts, NO_SERVERS, context);
  for (const text of texts.slice(0, 4)) {
    const shared = await places.find(text);
    const loaded = await shared?.use((source) => loadImages(source, { all: true }, context));
    expect(loaded?.root.digest).toBe(app.oci.digest);
  }
  expect(asked.filter((url) => url === "/v2/")).toHaveLength(1);
  expect(asked.filter((url) => url.startsWith("/token"))).toHaveLength(2);
  const missing = (await places.find(texts[4] ?? ""))?.use((source) => source.resolve());
  await expect(missing).rejects.toMatchObject({
    code: "SOURCE_NOT_FOUND",
    details: { hint: `planish images docker://${host}/a lists its tags` },
  });
});

test("a single image of a registry is not shared", async () => {
  await using places = new SharedPlaces(["docker://host.test/a:1"], NO_SERVERS, transportContext("/nowhere"));
  expect(await places.find("docker://host.test/a:1")).toBeUndefined();
});
