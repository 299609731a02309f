import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCertificates } from "../support/registry/certificates.ts";
import { startFaultProxy } from "../support/registry/fault-proxy.ts";
import { type Blob, imageFixture, writeImage } from "../support/registry/image-fixture.ts";
import { ALICE, type RegistryServer, registryAvailable, startRegistry } from "../support/registry/registry-server.ts";
import { bytesOf, openDestination, openSource, temporaryFolder } from "../support/registry/session-fixture.ts";

const IMAGE = imageFixture([300_000]);
const LAYER = IMAGE.layers[0] as Blob;
const BASIC = `Basic ${Buffer.from(`${ALICE.username}:${ALICE.password}`).toString("base64")}`;
const isBlob = ({ url }: { readonly url: string }) => url.includes(LAYER.descriptor.digest);

/**
 * A fake object store: serves the layer at a signed URL to every client, and records the credentials that they send.
 */
async function startStore() {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    if (request.url?.startsWith("/refused"))
      response.writeHead(401, { "www-authenticate": 'Basic realm="store"' }).end();
    else response.end(LAYER.bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    authorizations,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe.skipIf(!registryAvailable())("credentials", () => {
  let server: RegistryServer;
  beforeAll(async () => {
    server = await startRegistry({ htpasswd: true });
    await using to = await openDestination(`${server.host}/origins/image:1`, { credentials: ALICE });
    await writeImage(to, IMAGE);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Reads the layer while the registry redirects to `location`. */
  async function readRedirected(location: string) {
    await using proxy = await startFaultProxy(server.port, (seen) => {
      return isBlob(seen) ? { status: 307, headers: { location } } : undefined;
    });
    await using from = await openSource(`${proxy.host}/origins/image:1`, { credentials: ALICE });
    const bytes = await bytesOf(from, LAYER.descriptor);
    return {
      same: Buffer.compare(bytes, LAYER.bytes) === 0,
      shown: proxy.seen.filter(isBlob)[0]?.headers.authorization,
    };
  }

  test("are sent to the registry and not to the target of its redirect", async () => {
    await using store = await startStore();
    const read = await readRedirected(`${store.url}/signed?signature=very-secret`);
    expect(read).toEqual({ same: true, shown: BASIC });
    expect(store.authorizations).toEqual([undefined]);
  });

  test("are not sent to the target of a redirect even if it asks for them", async () => {
    await using store = await startStore();
    const refused = readRedirected(`${store.url}/refused?signature=very-secret`);
    await expect(refused).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringContaining("signature=REDACTED"),
      details: { status: 401 },
    });
    expect(store.authorizations).toEqual([undefined]);
  });

  test("are not sent to the registry again after redirects elsewhere and back", async () => {
    await using away = await startFaultProxy(server.port, () => ({ status: 302, headers: { location: back() } }));
    let calls = 0;
    await using proxy = await startFaultProxy(server.port, (seen) => {
      if (!isBlob(seen)) return undefined;
      calls += 1;
      return calls === 1
        ? { status: 302, headers: { location: `http://${away.host}/x` } }
        : { status: 200, body: Buffer.from(LAYER.bytes) };
    });
    const back = () => `http://${proxy.host}/v2/origins/image/blobs/${LAYER.descriptor.digest}`;
    await using from = await openSource(`${proxy.host}/origins/image:1`, { credentials: ALICE });
    await bytesOf(from, LAYER.descriptor);
    const shown = [...proxy.seen.filter(isBlob), ...away.seen].map(({ headers }) => headers.authorization);
    expect(shown).toEqual([BASIC, undefined, undefined]);
  });

  test("are not sent when an upload is redirected elsewhere", async () => {
    const store = await startFaultProxy(server.port, () => ({ status: 201 }));
    await using proxy = await startFaultProxy(server.port, ({ method }) => {
      return method === "POST"
        ? { status: 202, headers: { location: `http://${store.host}/upload?signature=s` } }
        : undefined;
    });
    await using to = await openDestination(`${proxy.host}/origins/other:1`, { credentials: ALICE });
    await to.writeBlob(LAYER.descriptor, async function* () {
      yield LAYER.bytes;
    });
    expect(store.seen.map(({ method, headers }) => [method, headers.authorization])).toEqual([["PUT", undefined]]);
    await store[Symbol.asyncDispose]();
  });

  test("are not in an error if a server repeats them", async () => {
    await using proxy = await startFaultProxy(server.port, (seen) => {
      const errors = [{ code: "BROKEN", message: `you sent ${seen.headers.authorization}` }];
      return isBlob(seen) ? { status: 400, body: JSON.stringify({ errors }) } : undefined;
    });
    await using from = await openSource(`${proxy.host}/origins/image:1`, { credentials: ALICE });
    const error = await bytesOf(from, LAYER.descriptor).catch((thrown: Error) => thrown as Error);
    expect(error).toMatchObject({ message: expect.stringContaining("withheld") });
    expect(JSON.stringify(error)).not.toContain(BASIC.slice(6));
  });

  test("an endless redirect fails", async () => {
    await using proxy = await startFaultProxy(server.port, (seen) => {
      return isBlob(seen) ? { status: 302, headers: { location: seen.url } } : undefined;
    });
    await using from = await openSource(`${proxy.host}/origins/image:1`, { credentials: ALICE });
    await expect(bytesOf(from, LAYER.descriptor)).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    expect(proxy.seen.filter(isBlob)).toHaveLength(11);
  });

  test("only the first 64 KiB of an endless error body are read", async () => {
    const body = `{"errors":[{"code":"${"X".repeat(10_000_000)}"}]}`;
    await using proxy = await startFaultProxy(server.port, (seen) =>
      isBlob(seen) ? { status: 400, body } : undefined,
    );
    await using from = await openSource(`${proxy.host}/origins/image:1`, { credentials: ALICE });
    const error = await bytesOf(from, LAYER.descriptor).catch((thrown: Error) => thrown as Error);
    expect((error as Error).message.length).toBeLessThan(1000);
  });
});

describe.skipIf(!registryAvailable())("a registry with TLS", () => {
  test("is not downgraded to plain HTTP, by redirect or by upload", async () => {
    using folder = temporaryFolder();
    const { ca, cert, key } = makeCertificates(folder.path);
    await using registry = await startRegistry({ tls: { cert, key } });
    await using to = await openDestination(`${registry.host}/tls/image:1`, { caFile: ca });
    await writeImage(to, IMAGE);
    await using store = await startStore();
    const { createServer: createTls } = await import("node:https");
    const { readFileSync } = await import("node:fs");
    const front = createTls({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
      const elsewhere = request.method === "POST" ? 202 : isBlob({ url: request.url ?? "" }) ? 307 : 200;
      if (request.url?.includes("/manifests/") && request.method === "GET") {
        response.writeHead(200, { "content-type": IMAGE.manifest.descriptor.mediaType }).end(IMAGE.manifest.bytes);
      } else if (request.method === "HEAD") response.writeHead(404).end();
      else response.writeHead(elsewhere, { location: `${store.url}/plain` }).end();
    });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    const address = front.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const host = `localhost:${address.port}`;
    await using from = await openSource(`${host}/tls/image:1`, { caFile: ca });
    const downgraded = { code: "TRANSPORT_FAILED", message: expect.stringContaining("from https to http://") };
    await expect(bytesOf(from, LAYER.descriptor)).rejects.toMatchObject(downgraded);
    await using push = await openDestination(`${host}/tls/image:1`, { caFile: ca });
    const open = async function* () {
      yield LAYER.bytes;
    };
    await expect(push.writeBlob(LAYER.descriptor, open)).rejects.toMatchObject(downgraded);
    expect(store.authorizations).toEqual([]);
    await using lax = await openSource(`${host}/tls/image:1`, { tlsVerify: false });
    expect(Buffer.compare(await bytesOf(lax, LAYER.descriptor), LAYER.bytes)).toBe(0);
    front.closeAllConnections();
    await new Promise((resolve) => front.close(resolve));
  });
});
