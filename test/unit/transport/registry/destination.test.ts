import { expect, test } from "vitest";
import { startFaultProxy } from "../../../support/registry/fault-proxy.ts";
import { imageFixture, indexFixture, writeImage } from "../../../support/registry/image-fixture.ts";
import { openDestination } from "../../../support/registry/session-fixture.ts";
import { startSpecRegistry } from "../../../support/registry/spec-registry.ts";

test("manifests are pushed at commit: those of the index by digest, the index under its tag, last", async () => {
  await using registry = await startSpecRegistry();
  await using proxy = await startFaultProxy(registry.port, () => undefined);
  const images = [imageFixture([10], "oci", "a"), imageFixture([10], "oci", "b")];
  const index = indexFixture(images);
  await using to = await openDestination(`${proxy.host}/a/b:1`);
  for (const { manifest } of images) await to.writeManifest(manifest);
  await to.writeManifest(index);
  const pushed = () => proxy.seen.filter(({ method }) => method === "PUT").map(({ url }) => url.replace(/.*\//, ""));
  expect(pushed()).toEqual([]);
  await to.commit(index.descriptor, []);
  expect(pushed()).toEqual([...images.map(({ manifest }) => manifest.descriptor.digest), "1"]);
});

test("a name with a digest alone takes the image that has it, and no other", async () => {
  await using registry = await startSpecRegistry();
  const image = imageFixture([10]);
  const name = `localhost:${registry.port}/a/b@${image.manifest.descriptor.digest}`;
  await using to = await openDestination(name);
  await writeImage(to, image);
  await using other = await openDestination(name);
  await expect(writeImage(other, imageFixture([11]))).rejects.toMatchObject({ code: "DESTINATION_REFUSED" });
});

test("uncompressed layers are compressed for a registry, others keep their compression if all have the same", async () => {
  await using registry = await startSpecRegistry();
  await using to = await openDestination(`localhost:${registry.port}/a/b:1`);
  const auto = (...source: readonly ("none" | "gzip" | "zstd")[]) => to.accepts.autoCompression(new Set(source));
  expect([auto("none"), auto("gzip"), auto("zstd"), auto("gzip", "zstd"), auto()]).toEqual([
    "gzip",
    "gzip",
    "zstd",
    "gzip",
    "gzip",
  ]);
});

test("credentials that are given are not used for two registries", async () => {
  await using registry = await startSpecRegistry();
  const options = { credentials: { username: "u", password: "p" }, mountFrom: { repository: "other.io/a/b" } };
  await expect(openDestination(`localhost:${registry.port}/a/b:1`, options)).rejects.toMatchObject({
    code: "ARGUMENT_INVALID",
  });
});

test("with force, a tag that may be written but not read is moved, without a diagnostic", async () => {
  await using registry = await startSpecRegistry();
  const image = imageFixture([10]);
  await using first = await openDestination(`localhost:${registry.port}/a/b:1`);
  await writeImage(first, image);
  await using proxy = await startFaultProxy(registry.port, ({ method, url }) =>
    method === "HEAD" && url.endsWith("/manifests/1") ? { status: 403 } : undefined,
  );
  await using to = await openDestination(`${proxy.host}/a/b:1`, { force: true });
  const other = imageFixture([11]);
  await writeImage(to, other);
  expect(registry.manifests.get("1")?.bytes).toEqual(other.manifest.bytes);
  expect(to.diagnostics).toEqual([]);
});

test("the error of a tag that cannot be set says which were set before it", async () => {
  await using registry = await startSpecRegistry();
  await using proxy = await startFaultProxy(registry.port, ({ method, url }) =>
    method === "PUT" && url.endsWith("/manifests/2") ? { status: 400 } : undefined,
  );
  await using to = await openDestination(`${proxy.host}/a/b:1`, { names: ["2", "3"] });
  const remains = `${proxy.host}/a/b:1 refers to the new image already`;
  await expect(writeImage(to, imageFixture([10]))).rejects.toMatchObject({
    code: "TRANSPORT_FAILED",
    message: expect.stringMatching(/was answered with 400; .*:1 refers to the new image already$/),
    cause: { code: "DESTINATION_REFUSED" },
    details: { remains },
  });
  expect([...registry.manifests.keys()].filter((key) => key.length < 9)).toEqual(["1"]);
});

test("an abort while a tag is set comes too late, since the registry may have set it", async () => {
  await using registry = await startSpecRegistry();
  const abort = new AbortController();
  await using proxy = await startFaultProxy(registry.port, ({ method, url }) => {
    if (method === "PUT" && url.endsWith("/manifests/1")) abort.abort();
    return undefined;
  });
  await using to = await openDestination(`${proxy.host}/a/b:1`, { names: ["2"] }, abort.signal);
  await writeImage(to, imageFixture([10]));
  expect([...registry.manifests.keys()]).toEqual(expect.arrayContaining(["1", "2"]));
});

test("an abort before the first tag is set leaves all tags as they were", async () => {
  await using registry = await startSpecRegistry();
  const abort = new AbortController();
  await using proxy = await startFaultProxy(registry.port, ({ method, url }) => {
    if (method === "HEAD" && url.endsWith("/manifests/1") && proxy.seen.length > 4) abort.abort();
    return undefined;
  });
  await using to = await openDestination(`${proxy.host}/a/b:1`, {}, abort.signal);
  await expect(writeImage(to, imageFixture([10]))).rejects.toMatchObject({ name: "AbortError" });
  expect(registry.manifests.size).toBe(0);
});

test("a manifest is sent again while the registry does not know the blobs that it took", async () => {
  await using registry = await startSpecRegistry();
  const answers = [
    { status: 404, body: '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}' },
    { status: 400, body: '{"errors":[{"code":"BLOB_UNKNOWN"}]}' },
  ];
  await using proxy = await startFaultProxy(registry.port, ({ method, url }) =>
    method === "PUT" && url.includes("/manifests/") ? answers.shift() : undefined,
  );
  await using to = await openDestination(`${proxy.host}/a/b:1`);
  const image = imageFixture([10]);
  await writeImage(to, image);
  expect(registry.manifests.get("1")?.bytes).toEqual(image.manifest.bytes);
  expect(answers).toEqual([]);
});

test.each([403, 405])("a blob is sent where HEAD is answered with %i", async (status) => {
  await using registry = await startSpecRegistry();
  await using proxy = await startFaultProxy(registry.port, ({ method, url }) =>
    method === "HEAD" && url.includes("/blobs/") ? { status } : undefined,
  );
  await using to = await openDestination(`${proxy.host}/a/b:1`);
  const image = imageFixture([10]);
  await writeImage(to, image);
  expect(registry.manifests.get("1")?.bytes).toEqual(image.manifest.bytes);
});
