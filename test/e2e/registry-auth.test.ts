import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RegistryOptions } from "../../src/transport/registry/options.ts";
import { makeTokenCertificate } from "../support/registry/certificates.ts";
import { startFaultProxy } from "../support/registry/fault-proxy.ts";
import { type Blob, encodingLayer, imageFixture, writeImage } from "../support/registry/image-fixture.ts";
import { ALICE, type RegistryServer, registryAvailable, startRegistry } from "../support/registry/registry-server.ts";
import { bytesOf, openDestination, openSource, QUICK, temporaryFolder } from "../support/registry/session-fixture.ts";
import { startTokenServer, type TokenServerOptions } from "../support/registry/token-server.ts";

const IMAGE = imageFixture([300_000]);
const LAYER = IMAGE.layers[0] as Blob;
const AS_ALICE: RegistryOptions = { credentials: ALICE };

describe.skipIf(!registryAvailable())("a registry with basic authorization", () => {
  let server: RegistryServer;
  beforeAll(async () => {
    server = await startRegistry({ htpasswd: true });
    await using to = await openDestination(`${server.host}/basic/image:1`, AS_ALICE);
    await writeImage(to, IMAGE);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("accepts the right password", async () => {
    await using from = await openSource(`${server.host}/basic/image:1`, AS_ALICE);
    expect(Buffer.compare(await bytesOf(from, LAYER.descriptor), LAYER.bytes)).toBe(0);
  });

  test("refuses a client without password, and the error says how to log in", async () => {
    await expect(openSource(`${server.host}/basic/image:1`)).rejects.toMatchObject({
      code: "AUTH_DENIED",
      details: { registryCodes: ["UNAUTHORIZED"], hint: expect.stringContaining(`docker login ${server.host}`) },
    });
  });

  test("refuses a wrong password after at most two requests, and the error does not contain it", async () => {
    await using proxy = await startFaultProxy(server.port, () => undefined);
    const credentials = { username: "alice", password: "not-the-password" };
    const error = await openSource(`${proxy.host}/basic/image:1`, { credentials }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: "AUTH_DENIED" });
    expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain("not-the-password");
    expect(proxy.seen).toHaveLength(2);
  });

  test("accepts the login of docker or podman", async () => {
    using folder = temporaryFolder();
    const auth = Buffer.from(`${ALICE.username}:${ALICE.password}`).toString("base64");
    const file = JSON.stringify({ auths: { [server.host]: { auth } } });
    mkdirSync(join(folder.path, "containers"));
    writeFileSync(join(folder.path, "config.json"), file);
    writeFileSync(join(folder.path, "containers", "auth.json"), file);
    for (const variable of ["DOCKER_CONFIG", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"]) {
      const environment = { ...QUICK.environment, [variable]: folder.path };
      await using from = await openSource(`${server.host}/basic/image:1`, { environment });
      expect(await from.resolve()).toEqual(IMAGE.manifest.descriptor);
    }
  });

  test("accepts the credentials of a credential helper", async () => {
    using folder = temporaryFolder();
    const answer = JSON.stringify({ ServerURL: server.host, Username: ALICE.username, Secret: ALICE.password });
    const script = `#!/bin/sh\n[ "$1" = get ] && read -r server; [ "$server" = ${server.host} ] && echo '${answer}'\n`;
    writeFileSync(join(folder.path, "docker-credential-test"), script, { mode: 0o755 });
    writeFileSync(join(folder.path, "config.json"), JSON.stringify({ auths: {}, credsStore: "test" }));
    const PATH = `${folder.path}:${process.env.PATH}`;
    const environment = { ...QUICK.environment, PATH, DOCKER_CONFIG: folder.path };
    await using from = await openSource(`${server.host}/basic/image:1`, { environment });
    expect(await from.resolve()).toEqual(IMAGE.manifest.descriptor);
  });

  test("reports in the error that a credential helper failed", async () => {
    using folder = temporaryFolder();
    const credHelpers = { [server.host]: "planish-absent" };
    writeFileSync(join(folder.path, "config.json"), JSON.stringify({ credHelpers }));
    const environment = { ...QUICK.environment, DOCKER_CONFIG: folder.path };
    await expect(openSource(`${server.host}/basic/image:1`, { environment })).rejects.toMatchObject({
      code: "AUTH_DENIED",
      details: { hint: expect.stringContaining("docker-credential-planish-absent cannot be run") },
    });
  });
});

describe.skipIf(!registryAvailable())("a registry with a token server", () => {
  /** A registry and its token server; alice has pushed `public/image:1` and `secret/image:1`. */
  async function setUp(options: Omit<TokenServerOptions, "cert" | "key"> = {}) {
    const stack = new AsyncDisposableStack();
    const folder = stack.use(temporaryFolder());
    const certificate = makeTokenCertificate(folder.path);
    const tokens = stack.use(await startTokenServer({ ...certificate, ...options }));
    const { realm, service, issuer } = tokens;
    const token = { realm, service, issuer, rootCert: certificate.cert };
    const server = stack.use(await startRegistry({ token }));
    return { server, tokens, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }

  async function push(host: string, name: string, options: RegistryOptions = AS_ALICE): Promise<void> {
    await using to = await openDestination(`${host}/${name}`, { ...options, force: true });
    await writeImage(to, IMAGE);
  }

  test("gives tokens to alice for pushing and to anybody for pulling what is public", async () => {
    await using site = await setUp();
    await push(site.server.host, "public/image:1");
    await using from = await openSource(`${site.server.host}/public/image:1`);
    expect(Buffer.compare(await bytesOf(from, LAYER.descriptor), LAYER.bytes)).toBe(0);
    const scopes = site.tokens.seen.map((seen) => seen.scopes);
    expect(scopes).toEqual([["repository:public/image:pull,push"], ["repository:public/image:pull"]]);
    expect(site.tokens.seen.map(({ authorization }) => authorization === undefined)).toEqual([false, true]);
  });

  test("refuses anonymous access to what is not public", async () => {
    await using site = await setUp();
    await push(site.server.host, "secret/image:1");
    await expect(openSource(`${site.server.host}/secret/image:1`)).rejects.toMatchObject({ code: "AUTH_DENIED" });
    await expect(push(site.server.host, "public/image:1", {})).rejects.toMatchObject({ code: "AUTH_DENIED" });
    const credentials = { username: "alice", password: "not-the-password" };
    await expect(openSource(`${site.server.host}/secret/image:1`, { credentials })).rejects.toMatchObject({
      code: "AUTH_DENIED",
      message: expect.stringContaining("wrong user or password"),
    });
  });

  test("gives tokens for an identity token, which docker login may store instead of a password", async () => {
    await using site = await setUp();
    await push(site.server.host, "secret/image:1");
    using folder = temporaryFolder();
    const authFile = join(folder.path, "config.json");
    const auths = { [site.server.host]: { auth: "", identitytoken: site.tokens.identityToken } };
    writeFileSync(authFile, JSON.stringify({ auths }));
    await using from = await openSource(`${site.server.host}/secret/image:1`, { authFile });
    expect(await from.resolve()).toEqual(IMAGE.manifest.descriptor);
    expect(site.tokens.seen.at(-1)).toMatchObject({ method: "POST", grant: "refresh_token", authorization: undefined });
  });

  test("cannot redirect an identity token elsewhere", async () => {
    await using site = await setUp({ redirect: "http://127.0.0.1:9/" });
    using folder = temporaryFolder();
    const authFile = join(folder.path, "config.json");
    writeFileSync(authFile, JSON.stringify({ auths: { [site.server.host]: { identitytoken: "anything" } } }));
    await expect(openSource(`${site.server.host}/secret/image:1`, { authFile })).rejects.toMatchObject({
      details: { status: 307, method: "POST" },
    });
  });

  test("refuses an expired token, and gets the request again with a new one", async () => {
    await using site = await setUp({ staleTokens: 1 });
    await push(site.server.host, "secret/image:1");
    expect(site.tokens.seen).toHaveLength(2);
  });

  test("refuses a token in the middle of a push, and the push continues with a new one", async () => {
    await using site = await setUp();
    const refused = new Set<string>();
    const challenge = `Bearer realm="${site.tokens.realm}",service="${site.tokens.service}",error="invalid_token"`;
    await using proxy = await startFaultProxy(site.server.port, ({ method, url }) => {
      if (!(method === "PATCH" || method === "PUT") || !url.includes("/uploads/") || refused.has(method))
        return undefined;
      refused.add(method);
      return { status: 401, headers: { "www-authenticate": challenge } };
    });
    await using to = await openDestination(`${proxy.host}/secret/image:1`, AS_ALICE);
    let produced = 0;
    const encoded = await to.writeLayer(() => {
      produced += 1;
      return encodingLayer(LAYER);
    });
    expect(encoded.digest).toBe(LAYER.descriptor.digest);
    expect(produced).toBe(2);
    expect(site.tokens.seen).toHaveLength(3);
  });

  test("gives a new token before the last one expires, and one for parallel requests", async () => {
    await using site = await setUp({ lifetime: 4 });
    await push(site.server.host, "secret/image:1");
    await using from = await openSource(`${site.server.host}/secret/image:1`, AS_ALICE);
    const before = site.tokens.seen.length;
    await Promise.all([1, 2, 3, 4].map(() => bytesOf(from, LAYER.descriptor)));
    expect(site.tokens.seen.length).toBe(before);
    await new Promise((resolve) => setTimeout(resolve, 4100));
    await Promise.all([1, 2, 3, 4].map(() => bytesOf(from, LAYER.descriptor)));
    expect(site.tokens.seen.length).toBe(before + 1);
  });

  test("is asked for a token for both repositories to mount a blob", async () => {
    await using site = await setUp();
    await push(site.server.host, "secret/image:1");
    const mountFrom = { repository: `${site.server.host}/secret/image` };
    await using to = await openDestination(`${site.server.host}/team/copy:1`, { ...AS_ALICE, mountFrom });
    await to.writeBlob(LAYER.descriptor, () => {
      throw new Error("opened");
    });
    const scopes = ["repository:team/copy:pull,push", "repository:secret/image:pull"];
    expect(site.tokens.seen.at(-1)?.scopes).toEqual(scopes);
  });

  test("is asked again after a temporary failure", async () => {
    await using site = await setUp({ failures: { count: 2, status: 503 } });
    await push(site.server.host, "secret/image:1");
    expect(site.tokens.seen).toHaveLength(3);
  });
});
