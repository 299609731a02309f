import { copyFileSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Certificates, makeCertificates } from "../support/registry/certificates.ts";
import { startConnectProxy } from "../support/registry/connect-proxy.ts";
import { imageFixture, writeImage } from "../support/registry/image-fixture.ts";
import { type RegistryServer, registryAvailable, startRegistry } from "../support/registry/registry-server.ts";
import { openDestination, openSource, QUICK, temporaryFolder } from "../support/registry/session-fixture.ts";
import { startSocksProxy } from "../support/registry/socks-proxy.ts";

const IMAGE = imageFixture([1000]);
let folder: ReturnType<typeof temporaryFolder>;
let pem: Certificates;
let server: RegistryServer;

describe.skipIf(!registryAvailable())("a registry with a certificate of an authority of its own", () => {
  beforeAll(async () => {
    folder = temporaryFolder();
    pem = makeCertificates(folder.path);
    server = await startRegistry({ tls: pem });
    await using to = await openDestination(`${server.host}/tls/image:1`, { caFile: pem.ca });
    await writeImage(to, IMAGE);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  test("is not trusted by default, even on loopback, and plain HTTP is not tried", async () => {
    await expect(openSource(`${server.host}/tls/image:1`)).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringContaining("authority that is not trusted here"),
      details: { hint: expect.stringContaining(`/etc/docker/certs.d/${server.host}/ca.crt or give it with --ca-file`) },
    });
  });

  test("is trusted with the authority's file", async () => {
    await using from = await openSource(`${server.host}/tls/image:1`, { caFile: pem.ca });
    expect(await from.resolve()).toEqual(IMAGE.manifest.descriptor);
  });

  test("is trusted with the authority's certificate in a folder named after the registry", async () => {
    const root = join(folder.path, "certs.d");
    mkdirSync(join(root, server.host), { recursive: true });
    copyFileSync(pem.ca, join(root, server.host, "ca.crt"));
    await using from = await openSource(`${server.host}/tls/image:1`, { certificateRoots: [root] });
    expect(await from.resolve()).toEqual(IMAGE.manifest.descriptor);
  });

  test("is accepted unverified with tlsVerify false", async () => {
    await using from = await openSource(`${server.host}/tls/image:1`, { tlsVerify: false });
    expect(await from.resolve()).toEqual(IMAGE.manifest.descriptor);
  });

  test("is not contacted if the authority's file is missing or has no certificate", async () => {
    const missing = openSource(`${server.host}/tls/image:1`, { caFile: "/nonexistent/ca.crt" });
    await expect(missing).rejects.toMatchObject({ code: "TRANSPORT_FAILED", details: { path: "/nonexistent/ca.crt" } });
    const other = openSource(`${server.host}/tls/image:1`, { caFile: pem.key });
    await expect(other).rejects.toMatchObject({ details: { path: pem.key, hint: expect.stringContaining("PEM") } });
  });

  test("gets the client's certificate if it requires one", async () => {
    await using strict = await startRegistry({ tls: { ...pem, clientCa: pem.ca } });
    const name = `${strict.host}/tls/image:1`;
    await expect(openSource(name, { caFile: pem.ca })).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    const root = join(folder.path, "client.d");
    mkdirSync(join(root, strict.host), { recursive: true });
    copyFileSync(pem.ca, join(root, strict.host, "ca.crt"));
    copyFileSync(pem.cert, join(root, strict.host, "client.cert"));
    await expect(openSource(name, { certificateRoots: [root] })).rejects.toThrow("lacks its key, client.key");
    copyFileSync(pem.key, join(root, strict.host, "client.key"));
    await expect(openSource(name, { certificateRoots: [root] })).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
  });

  test("is not reached through a proxy that refuses, and the error does not tell the proxy's password", async () => {
    const proxy = createServer((client) => {
      client.on("error", () => client.destroy());
      client.once("data", () => client.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"));
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = proxy.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const HTTPS_PROXY = `http://user:very-secret@127.0.0.1:${address.port}`;
    const opened = openSource("registry.planish.test/a/b", { environment: { ...QUICK.environment, HTTPS_PROXY } });
    const error = await opened.catch((thrown: Error) => thrown as Error);
    expect(error).toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringContaining("the user and password"),
    });
    expect(JSON.stringify([error, (error as Error).stack])).not.toContain("very-secret");
    proxy.close();
  });

  test("is reached through the proxy of the environment, unless NO_PROXY names it", async () => {
    await using proxy = await startConnectProxy(server.port);
    const environment = { ...QUICK.environment, HTTPS_PROXY: proxy.url };
    const options = { environment, tlsVerify: false };
    await using from = await openSource(`registry.planish.test:${server.port}/tls/image:1`, options);
    expect(await from.resolve()).toEqual(IMAGE.manifest.descriptor);
    expect(new Set(proxy.targets)).toEqual(new Set([`registry.planish.test:${server.port}`]));
    const proxied = proxy.targets.length;
    await using direct = await openSource(`${server.host}/tls/image:1`, options);
    expect(await direct.resolve()).toEqual(IMAGE.manifest.descriptor);
    const exempt = { ...options, environment: { ...environment, NO_PROXY: "planish.test,10.0.0.0/8" } };
    const error = await openSource(`registry.planish.test:${server.port}/tls/image:1`, exempt).catch(
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: "TRANSPORT_FAILED", details: { errno: "ENOTFOUND" } });
    expect(proxy.targets).toHaveLength(proxied);
  });

  test("is reached through a SOCKS5 proxy, and so is one that speaks plain HTTP", async () => {
    await using open = await startRegistry();
    await using to = await openDestination(`${open.host}/plain/image:1`);
    await writeImage(to, IMAGE);
    for (const [{ port }, name] of [
      [server, "tls/image:1"],
      [open, "plain/image:1"],
    ] as const) {
      await using proxy = await startSocksProxy(port);
      const environment = { ...QUICK.environment, HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url };
      const options = { environment, tlsVerify: false };
      await using from = await openSource(`registry.planish.test:${port}/${name}`, options);
      expect(await from.resolve()).toEqual(IMAGE.manifest.descriptor);
      expect(new Set(proxy.targets)).toEqual(new Set([`registry.planish.test:${port}`]));
    }
  });
});
