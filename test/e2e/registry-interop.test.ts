import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chunksOf } from "../../src/bytes/chunks-of.ts";
import type { Manifest } from "../../src/oci/manifest.ts";
import { craneProgram } from "../support/registry/crane-program.ts";
import { debianProgram } from "../support/registry/debian-program.ts";
import { type ImageFixture, imageFixture, indexFixture, writeImage } from "../support/registry/image-fixture.ts";
import { type RegistryServer, registryAvailable, startRegistry } from "../support/registry/registry-server.ts";
import { bytesOf, openDestination, openSource, temporaryFolder } from "../support/registry/session-fixture.ts";
import { file, layer } from "../support/tar-fixture.ts";

const run = promisify(execFile);
let folder: ReturnType<typeof temporaryFolder>;
const skopeo = debianProgram("skopeo");
const crane = craneProgram();
let server: RegistryServer;

async function callSkopeo(...args: readonly string[]): Promise<string> {
  const [command = "skopeo", ...rest] = skopeo ?? [];
  return (await run(command, [...rest, "--insecure-policy", ...args], { env: { ...process.env, HOME: folder.path } }))
    .stdout;
}

async function callCrane(...args: readonly string[]): Promise<string> {
  return (await run(crane ?? "", args, { env: { ...process.env, HOME: folder.path } })).stdout;
}

/** A layer that is a valid tar, for tools that read layers. */
function layerTar(bytes: number): Uint8Array {
  return layer(file("content", "x".repeat(bytes))).tar();
}

/** Writes an image to an OCI layout, for skopeo to read. */
function writeLayout(path: string, image: ImageFixture): void {
  mkdirSync(join(path, "blobs/sha256"), { recursive: true });
  writeFileSync(join(path, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(path, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [image.manifest.descriptor] }));
  for (const { descriptor, bytes } of [...image.layers, image.config, image.manifest]) {
    writeFileSync(join(path, "blobs/sha256", descriptor.digest.slice(7)), bytes);
  }
}

beforeAll(async () => {
  folder = temporaryFolder();
  if (registryAvailable()) server = await startRegistry();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  folder?.[Symbol.dispose]();
});

describe.skipIf(!registryAvailable() || skopeo === undefined)("skopeo", () => {
  test.each(["oci", "docker"] as const)("copies what was pushed, of the %s family, byte for byte", async (family) => {
    const image = imageFixture([layerTar(200_000)], family);
    await using to = await openDestination(`${server.host}/interop/${family}:1`);
    await writeImage(to, image);
    const copy = join(folder.path, `dir-${family}`);
    await callSkopeo("copy", "--src-tls-verify=false", `docker://${server.host}/interop/${family}:1`, `dir:${copy}`);
    expect(readFileSync(join(copy, "manifest.json"))).toEqual(Buffer.from(image.manifest.bytes));
    for (const { descriptor, bytes } of image.layers) {
      expect(Buffer.compare(readFileSync(join(copy, descriptor.digest.slice(7))), bytes)).toBe(0);
    }
  });

  test("reads an index that was pushed", async () => {
    const images = [imageFixture([layerTar(1000)], "oci", "a"), imageFixture([layerTar(2000)], "oci", "b")];
    const index = indexFixture(images);
    await using to = await openDestination(`${server.host}/interop/index:1`);
    for (const image of images) {
      for (const { descriptor, bytes } of [...image.layers, image.config]) {
        await to.writeBlob(descriptor, () => chunksOf(bytes));
      }
      await to.writeManifest(image.manifest);
    }
    await to.writeManifest(index);
    await to.commit(index.descriptor, []);
    const raw = await callSkopeo("inspect", "--raw", "--tls-verify=false", `docker://${server.host}/interop/index:1`);
    expect(raw).toBe(Buffer.from(index.bytes).toString());
    const layout = join(folder.path, "index");
    await callSkopeo(
      "copy",
      "--all",
      "--src-tls-verify=false",
      `docker://${server.host}/interop/index:1`,
      `dir:${layout}`,
    );
  });

  test("pushes what is then read", async () => {
    const image = imageFixture([layerTar(200_000), layerTar(10)]);
    const layout = join(folder.path, "layout");
    writeLayout(layout, image);
    await callSkopeo("copy", "--dest-tls-verify=false", `oci:${layout}`, `docker://${server.host}/interop/skopeo:1`);
    await using from = await openSource(`${server.host}/interop/skopeo:1`);
    const root = await from.resolve();
    const manifest = JSON.parse(Buffer.from(await bytesOf(from, root)).toString()) as Manifest;
    expect(manifest.layers).toHaveLength(2);
    for (const layer of manifest.layers) expect((await bytesOf(from, layer)).length).toBe(layer.size);
  });
});

describe.skipIf(!registryAvailable() || crane === undefined)("crane", () => {
  test("validates what was pushed, and pushes what is then read", async () => {
    const image = imageFixture([{ gzip: layerTar(200_000) }]);
    const name = `${server.host}/interop/crane`;
    await using to = await openDestination(`${name}:1`);
    await writeImage(to, image);
    await callCrane("validate", "--remote", `${name}:1`);
    expect((await callCrane("digest", `${name}:1`)).trim()).toBe(image.manifest.descriptor.digest);
    await callCrane("copy", `${name}:1`, `${server.host}/interop/crane-copy:2`);
    await using from = await openSource(`${server.host}/interop/crane-copy:2`);
    expect(await from.resolve()).toEqual(image.manifest.descriptor);
  });
});
