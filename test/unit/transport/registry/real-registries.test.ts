import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../../src/limits.ts";
import { connectRegistry } from "../../../../src/transport/registry/connect.ts";
import { listRepositories } from "../../../../src/transport/registry/list-names.ts";
import { type Fault, type Seen, startFaultProxy } from "../../../support/registry/fault-proxy.ts";
import { imageFixture, writeImage } from "../../../support/registry/image-fixture.ts";
import { bytesOf, openDestination, openSource, QUICK } from "../../../support/registry/session-fixture.ts";
import { startSpecRegistry } from "../../../support/registry/spec-registry.ts";

const IMAGE = imageFixture([5000]);
const ALICE = { username: "alice", password: "secret" };
const json = (value: unknown): Fault => ({ status: 200, body: JSON.stringify(value) });

/** A registry that holds the image as `a/b:1`, behind a proxy that answers some requests in its place. */
async function registryThat(answer: (seen: Seen) => Fault | undefined) {
  const registry = await startSpecRegistry();
  {
    await using to = await openDestination(`localhost:${registry.port}/a/b:1`);
    await writeImage(to, IMAGE);
  }
  const proxy = await startFaultProxy(registry.port, answer);
  return {
    registry,
    host: proxy.host,
    seen: proxy.seen,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
    },
  };
}

/** A token server with one answer, and the queries that it got. */
async function tokenServer(answer: unknown = { token: "abc" }) {
  const server = await startFaultProxy(1, () => json(answer));
  return {
    url: `http://${server.host}/token`,
    queries: () =>
      server.seen.map(({ url }) => [...new URL(url, "http://x").searchParams].map((pair) => pair.join("="))),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const asks = (...challenges: string[]): Fault => ({ status: 401, headers: { "www-authenticate": challenges } });

describe("a token is requested", () => {
  test.each<[string, (realm: string) => string[], readonly string[]]>([
    [
      "from a realm with a query",
      (realm) => [`Bearer realm="${realm}?tenant=t",service="s"`],
      ["tenant=t", "service=s", "scope=repository:a/b:pull"],
    ],
    [
      "without a service, and not for the placeholder scope in GHCR's first challenge",
      (realm) => [`Bearer realm="${realm}",scope="repository:user/image:pull"`],
      ["scope=repository:a/b:pull"],
    ],
    [
      "if Nexus offers Basic, too",
      (realm) => ['BASIC realm="Sonatype Nexus Repository Manager"', `Bearer realm="${realm}",service="s"`],
      ["service=s", "scope=repository:a/b:pull"],
    ],
    [
      "if both schemes are in one header",
      (realm) => [`Basic realm="x, y", Bearer realm="${realm}"`],
      ["scope=repository:a/b:pull"],
    ],
  ])("%s", async (_, challenge, query) => {
    await using tokens = await tokenServer({ access_token: "abc" });
    await using site = await registryThat(({ headers }) =>
      headers.authorization === "Bearer abc" ? undefined : asks(...challenge(tokens.url)),
    );
    await using from = await openSource(`${site.host}/a/b:1`);
    await from.resolve();
    expect(tokens.queries()).toEqual([query]);
  });

  test.each(["aws", "*"])("also for the scope %s, which ECR Public and Gitea add", async (scope) => {
    await using tokens = await tokenServer();
    let refused = 1;
    await using site = await registryThat(({ headers, url }) => {
      const good = headers.authorization !== undefined && (url === "/v2/" || refused-- <= 0);
      return good ? undefined : asks(`Bearer realm="${tokens.url}",scope="${scope}"`);
    });
    await using from = await openSource(`${site.host}/a/b:1`);
    await from.resolve();
    expect(tokens.queries().at(-1)).toEqual(["scope=repository:a/b:pull", `scope=${scope}`]);
  });

  test("but not for the catalog of Harbor, which wants Basic", async () => {
    await using tokens = await tokenServer();
    await using site = await registryThat(({ headers, url }) => {
      const { authorization = "" } = headers;
      if (!url.includes("_catalog"))
        return authorization === "Bearer abc" ? undefined : asks(`Bearer realm="${tokens.url}"`);
      return authorization.startsWith("Basic ") ? json({ repositories: ["a/b"] }) : asks('Basic realm="harbor"');
    });
    const { signal } = new AbortController();
    await using session = await connectRegistry(
      { registry: site.host, repository: "", side: "source" },
      { ...QUICK, credentials: ALICE },
      { signal },
    );
    expect(await listRepositories(session, { limits: DEFAULT_LIMITS })).toEqual(["a/b"]);
    await using from = await openSource(`${site.host}/a/b:1`, { credentials: ALICE });
    await from.resolve();
  });
});

describe("a blob is read", () => {
  test.each<[string, Fault]>([
    ["without Content-Length", { dropResponseHeaders: ["content-length"] }],
    [
      "after a 429 with an HTML page and a date",
      { status: 429, body: "<html>", headers: { "retry-after": new Date(0).toUTCString() } },
    ],
    [
      "as it is, although a server adds Content-Encoding",
      { status: 200, body: Buffer.from(IMAGE.layers[0]?.bytes ?? []), headers: { "content-encoding": "x-gzip" } },
    ],
  ])("%s", async (_, fault) => {
    let faults = 1;
    await using site = await registryThat(({ url }) => (url.includes("/blobs/") && faults-- > 0 ? fault : undefined));
    await using from = await openSource(`${site.host}/a/b:1`);
    const [layer] = IMAGE.layers;
    if (layer === undefined) throw new Error("no layer");
    expect(Buffer.compare(await bytesOf(from, layer.descriptor), layer.bytes)).toBe(0);
  });
});

describe("an image is written", () => {
  test.each<[string, (seen: Seen) => Fault | undefined]>([
    [
      "if a PUT may bring no bytes, as for old versions of Artifactory",
      ({ method, url, headers }) =>
        method === "PUT" && url.includes("/uploads/") && headers["content-length"] !== "0"
          ? { status: 404 }
          : undefined,
    ],
    ["if a mount is answered with 401", ({ url }) => (url.includes("mount=") ? { status: 401 } : undefined)],
    ["if a mount is answered with 405", ({ url }) => (url.includes("mount=") ? { status: 405 } : undefined)],
    ["if a mount is answered with 500", ({ url }) => (url.includes("mount=") ? { status: 500 } : undefined)],
    [
      "if digests in responses lack their algorithm",
      () => ({ changeResponseHeaders: { "docker-content-digest": (digest) => digest.replace("sha256:", "") } }),
    ],
    ["without a digest in any response", () => ({ dropResponseHeaders: ["docker-content-digest"] })],
    [
      "without a location in responses to PATCH",
      ({ method }) => (method === "PATCH" ? { dropResponseHeaders: ["location"] } : undefined),
    ],
  ])("%s", async (_, answer) => {
    await using site = await registryThat(answer);
    const other = imageFixture([6000]);
    await using to = await openDestination(`${site.host}/a/b:2`, { mountFrom: { repository: `${site.host}/c/d` } });
    await writeImage(to, other);
    expect(site.registry.manifests.get("2")?.bytes).toEqual(other.manifest.bytes);
  });

  test("under immutable tags, which cannot be written twice", async () => {
    const refused = { status: 400, body: '{"errors":[{"code":"TAG_INVALID","message":"the tag is immutable"}]}' };
    let lost = 0;
    await using site = await registryThat(({ method, url }) => {
      if (method !== "PUT" || !url.includes("/manifests/")) return undefined;
      if (url.endsWith("/1")) return refused;
      lost += 1;
      return lost === 1 ? { loseResponse: true } : refused;
    });
    await using to = await openDestination(`${site.host}/a/b:1`, { force: true, names: [`${site.host}/a/b:2`] });
    await writeImage(to, IMAGE);
    expect(site.registry.manifests.get("2")?.bytes).toEqual(IMAGE.manifest.bytes);
    expect(to.diagnostics).toEqual([]);
  });

  test("only with force if the registry does not tell the digest of the tag", async () => {
    await using site = await registryThat(() => ({ dropResponseHeaders: ["docker-content-digest"] }));
    await expect(openDestination(`${site.host}/a/b:1`)).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    await using to = await openDestination(`${site.host}/a/b:1`, { force: true });
    await writeImage(to, imageFixture([6000]));
    expect(to.diagnostics).toEqual([]);
  });
});
