import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chunksOf } from "../../src/bytes/chunks-of.ts";
import { type Blob, encodingLayer, imageFixture, indexFixture, writeImage } from "../support/registry/image-fixture.ts";
import { type RegistryServer, registryAvailable, startRegistry } from "../support/registry/registry-server.ts";
import { bytesOf, openDestination, openSource } from "../support/registry/session-fixture.ts";

let server: RegistryServer;

describe.skipIf(!registryAvailable())("pushing to docker's registry", () => {
  beforeAll(async () => {
    server = await startRegistry();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each(["oci", "docker"] as const)("an image of the %s family is read back unchanged", async (family) => {
    const image = imageFixture([3_000_000, 0, 10], family);
    await using to = await openDestination(`${server.host}/push/${family}:1`);
    await writeImage(to, image);
    await using from = await openSource(`${server.host}/push/${family}:1`);
    expect(await from.resolve()).toEqual(image.manifest.descriptor);
    expect(await bytesOf(from, image.manifest.descriptor)).toEqual(image.manifest.bytes);
    for (const { descriptor, bytes } of [...image.layers, image.config]) {
      expect(Buffer.compare(await bytesOf(from, descriptor), bytes)).toBe(0);
    }
  });

  test.each(["oci", "docker"] as const)("an index of the %s family is pushed with its images", async (family) => {
    const images = [imageFixture([1000], family, "a"), imageFixture([2000], family, "b")];
    const index = indexFixture(images, family);
    await using to = await openDestination(`${server.host}/index/${family}`);
    for (const image of images) {
      for (const { descriptor, bytes } of [...image.layers, image.config]) {
        await to.writeBlob(descriptor, () => chunksOf(bytes));
      }
      await to.writeManifest(image.manifest);
    }
    await to.writeManifest(index);
    expect((await to.commit(index.descriptor, [])).text).toBe(`docker://${server.host}/index/${family}:latest`);
    await using from = await openSource(`${server.host}/index/${family}`);
    expect(await from.resolve()).toEqual(index.descriptor);
    for (const { manifest } of images) expect(await bytesOf(from, manifest.descriptor)).toEqual(manifest.bytes);
  });

  test("a layer is sent while it is encoded, and stored under the resulting digest", async () => {
    const image = imageFixture([20_000_000]);
    const [layer] = image.layers;
    if (layer === undefined) throw new Error("no layer");
    await using to = await openDestination(`${server.host}/push/layer:1`);
    let uploadsSeen = 0;
    const onChunk = (bytes: number) => {
      if (bytes > 10_000_000) uploadsSeen = Math.max(uploadsSeen, server.openUploads("push/layer").length);
    };
    const encoded = await to.writeLayer(() => encodingLayer(layer, onChunk));
    expect(encoded.digest).toBe(layer.descriptor.digest);
    expect(uploadsSeen).toBe(1);
    expect(await to.hasBlob(layer.descriptor)).toBe(true);
    expect(server.openUploads("push/layer")).toEqual([]);
  });

  test("nothing can be read under the tag before commit", async () => {
    const image = imageFixture([1000]);
    await using to = await openDestination(`${server.host}/push/hidden:1`);
    for (const { descriptor, bytes } of [...image.layers, image.config]) {
      await to.writeBlob(descriptor, () => chunksOf(bytes));
    }
    await to.writeManifest(image.manifest);
    await expect(openSource(`${server.host}/push/hidden:1`)).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
    const digest = image.manifest.descriptor.digest;
    await expect(openSource(`${server.host}/push/hidden@${digest}`)).rejects.toMatchObject({
      code: "SOURCE_NOT_FOUND",
    });
    await to.commit(image.manifest.descriptor, []);
    await using from = await openSource(`${server.host}/push/hidden@${digest}`);
    expect(from.names).toEqual([]);
  });

  test("a tag that exists is refused before anything is sent, and moved with force", async () => {
    const name = `${server.host}/push/taken:1`;
    const [first, second] = [imageFixture([10], "oci", "one"), imageFixture([10], "oci", "two")];
    await using to = await openDestination(name);
    await writeImage(to, first);
    await expect(openDestination(name)).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    await using again = await openDestination(name, { force: true });
    await writeImage(again, second);
    await using from = await openSource(name);
    expect(await from.resolve()).toEqual(second.manifest.descriptor);
  });

  test("a tag that was created by others meanwhile is refused at commit, unless it is the same image", async () => {
    const name = `${server.host}/push/race:1`;
    const [mine, other] = [imageFixture([10], "oci", "mine"), imageFixture([10], "oci", "other")];
    await using to = await openDestination(name);
    await using same = await openDestination(name);
    await using theirs = await openDestination(name);
    await writeImage(theirs, other);
    await expect(writeImage(to, mine)).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    await writeImage(same, other);
    await using from = await openSource(name);
    expect(await from.resolve()).toEqual(other.manifest.descriptor);
  });

  test("more tags of the same repository are pushed with the first, those of another one are refused", async () => {
    const image = imageFixture([10]);
    const repository = `${server.host}/push/tags`;
    await using to = await openDestination(`${repository}:a`, { names: [`${repository}:b`, repository, "Bare"] });
    await writeImage(to, image);
    for (const tag of ["a", "b", "latest", "Bare"]) {
      await using from = await openSource(`${repository}:${tag}`);
      expect(await from.resolve()).toEqual(image.manifest.descriptor);
    }
    const elsewhere = openDestination(`${repository}:c`, { names: [`${server.host}/elsewhere:b`] });
    await expect(elsewhere).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });

  test("a blob that exists already is not opened", async () => {
    const image = imageFixture([1000]);
    const [layer] = image.layers;
    if (layer === undefined) throw new Error("no layer");
    await using to = await openDestination(`${server.host}/push/twice:1`);
    await to.writeBlob(layer.descriptor, () => chunksOf(layer.bytes));
    await using again = await openDestination(`${server.host}/push/twice:2`);
    expect(await again.hasBlob(layer.descriptor)).toBe(true);
    await again.writeBlob(layer.descriptor, () => {
      throw new Error("opened");
    });
  });

  test("a blob of the source's repository in the same registry is mounted and not opened", async () => {
    const image = imageFixture([1000], "oci", "mounted");
    await using original = await openDestination(`${server.host}/mount/original:1`);
    await writeImage(original, image);
    const mountFrom = { repository: `${server.host}/mount/original` };
    await using to = await openDestination(`${server.host}/mount/copy:1`, { mountFrom });
    for (const { descriptor } of [...image.layers, image.config]) {
      await to.writeBlob(descriptor, () => {
        throw new Error("opened");
      });
    }
    await to.writeManifest(image.manifest);
    await to.commit(image.manifest.descriptor, []);
    await using from = await openSource(`${server.host}/mount/copy:1`);
    expect(await from.resolve()).toEqual(image.manifest.descriptor);
  });

  test("a blob that cannot be mounted is uploaded with the upload that the attempt opened", async () => {
    const image = imageFixture([1000], "oci", "not mounted");
    const mountFrom = { repository: `${server.host}/mount/nowhere` };
    await using to = await openDestination(`${server.host}/mount/third:1`, { mountFrom });
    await writeImage(to, image);
    expect(server.openUploads("mount/third")).toEqual([]);
  });

  test("a blob with wrong bytes is refused, and accepted afterwards with the right ones", async () => {
    const image = imageFixture([5_000_000], "oci", "tampered");
    const layer = image.layers[0] as Blob;
    await using to = await openDestination(`${server.host}/push/tampered:1`);
    const tampered = Buffer.from(layer.bytes);
    tampered[20] = tampered[20] === 0 ? 1 : 0;
    const refused = (bytes: Uint8Array) => expect(to.writeBlob(layer.descriptor, () => chunksOf(bytes))).rejects;
    await refused(tampered).toMatchObject({ code: "DIGEST_MISMATCH" });
    await refused(tampered.subarray(1)).toMatchObject({ code: "SIZE_MISMATCH" });
    await refused(Buffer.concat([tampered, tampered])).toMatchObject({ code: "SIZE_MISMATCH" });
    expect(await to.hasBlob(layer.descriptor)).toBe(false);
    await writeImage(to, image);
    await using from = await openSource(`${server.host}/push/tampered:1`);
    expect(Buffer.compare(await bytesOf(from, layer.descriptor), layer.bytes)).toBe(0);
  });

  test("an error of the pushed stream is rethrown unchanged", async () => {
    const image = imageFixture([5_000_000], "oci", "failing");
    const [layer] = image.layers;
    if (layer === undefined) throw new Error("no layer");
    await using to = await openDestination(`${server.host}/push/failing:1`);
    const failing = async function* () {
      yield layer.bytes.subarray(0, 1_000_000);
      throw new RangeError("the source broke");
    };
    await expect(to.writeBlob(layer.descriptor, failing)).rejects.toThrow(new RangeError("the source broke"));
    const broken = () => ({ ...encodingLayer(layer), stream: failing() });
    await expect(to.writeLayer(broken)).rejects.toThrow(new RangeError("the source broke"));
  });
});
