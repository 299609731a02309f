import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openSource } from "../../../../src/transport/open-source.ts";
import { NO_SERVERS } from "../../../../src/transport/servers.ts";
import { layoutFiles, nameAnnotations, writeFolder } from "../../../support/image-archives.ts";
import { descriptor, image } from "../../../support/image-fixture.ts";
import { file, layer } from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";
import { transportContext } from "../../../support/transport-context.ts";
import { writeImage } from "../../../support/write-image.ts";

const folder = testFolder();
const one = image({ layers: [layer(file("1", "one"))] });
const two = image({ layers: [layer(file("2", "two"))] });

const write = async (suffix: string, from: typeof one, options = {}) => {
  await using context = transportContext(folder.path);
  await writeImage(`oci:${folder.in("m")}${suffix}`, from, context, options);
};
const digestAt = async (suffix: string) => {
  await using context = transportContext(folder.path);
  await using source = await openSource(`oci:${folder.in("m")}${suffix}`, context, NO_SERVERS);
  return (await source.resolve()).digest;
};
const named = () =>
  JSON.parse(readFileSync(folder.in("m/index.json"), "utf8")).manifests.map(
    ({ annotations = {} }: { annotations?: Record<string, string> }) => [
      annotations["io.containerd.image.name"],
      annotations["org.opencontainers.image.ref.name"],
    ],
  );
const exists = { code: "DESTINATION_EXISTS" };

describe("names in an OCI layout", () => {
  it("keeps images of one tag apart, with and without force, under a ref.name for each", async () => {
    await write("", one, { names: ["app1:latest"] });
    await write("", two, { names: ["app2:latest"] });
    await write("", one, { names: ["app3:latest"], force: true });
    await write("", two, { names: ["app4:latest"], force: true });
    expect(named()).toEqual([
      ["docker.io/library/app1:latest", "latest"],
      ["docker.io/library/app2:latest", "app2:latest"],
      // The same image as app1: a reader that takes the first entry of a ref.name reads the same.
      ["docker.io/library/app3:latest", "latest"],
      ["docker.io/library/app4:latest", "app4:latest"],
    ]);
    expect(await digestAt(":app1:latest")).toBe(one.oci.digest);
    expect(await digestAt(":app2:latest")).toBe(two.oci.digest);
    expect(await digestAt(":latest")).toBe(one.oci.digest);
  });

  it("refuses a full name that is taken, in whichever annotation, and replaces only that entry", async () => {
    await write("", one, { names: ["a:1", "b:1"] });
    await expect(write(":a:1", two, { names: ["a:1"] })).rejects.toMatchObject(exists);
    await expect(write(":docker.io/library/a:1", two, { names: ["docker.io/library/a:1"] })).rejects.toThrow("a:1");
    await write(":a:1", two, { names: ["a:1"], force: true });
    await expect(write("", one, { names: ["a:1"] })).rejects.toMatchObject(exists);
    expect(named()).toEqual([
      ["docker.io/library/b:1", "1"],
      ["docker.io/library/a:1", "a:1"],
    ]);
    expect(await digestAt(":1")).toBe(one.oci.digest);
  });

  it("gives no bare tag to a second image, and takes none from an image with a full name", async () => {
    await write("", one, { names: ["app:v1"] });
    const refused = { ...exists, details: { hint: expect.stringContaining("m:app:v1 with --force") } };
    await expect(write(":v1", two, { names: ["v1"] })).rejects.toMatchObject(refused);
    await expect(write(":v1", two, { names: ["v1"], force: true })).rejects.toMatchObject(refused);
    await write(":app:v1", two, { names: ["app:v1"], force: true });
    await write(":v1", one, { names: ["v1"] });
    await write("", two, { names: ["other:v1"] });
    expect(named()).toEqual([
      ["docker.io/library/app:v1", "app:v1"],
      [undefined, "v1"],
      ["docker.io/library/other:v1", "other:v1"],
    ]);
  });

  it("replaces only images among the entries without a name", async () => {
    const signature = descriptor(two.oci, { artifactType: "application/vnd.example.signature" });
    const image = descriptor(one.oci, { artifactType: "application/vnd.oci.image.config.v1+json" });
    writeFolder(folder.in("m"), layoutFiles([]));
    const index = { schemaVersion: 2, manifests: [signature, image] };
    writeFileSync(folder.in("m/index.json"), JSON.stringify(index));
    await write("", two, { names: [], force: true });
    const { manifests } = JSON.parse(readFileSync(folder.in("m/index.json"), "utf8"));
    expect(manifests).toEqual([signature, descriptor(two.oci)]);
  });

  it("names the image in a new layout as Docker does", async () => {
    await write("", one, { names: ["a:1", "quay.io/b:1"] });
    expect(named()).toEqual(["a:1", "quay.io/b:1"].map((tag) => Object.values(nameAnnotations(tag))));
  });
});
