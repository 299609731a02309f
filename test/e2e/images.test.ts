import { afterAll, beforeAll, expect, it } from "vitest";
import { copy, type ImagesOptions, images, layerTree } from "../../src/index.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { API_ENGINES } from "../support/engine-copy.ts";
import { type ApiEngine, engineSockets } from "../support/engines/engine-set.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { type FixtureImage, image } from "../support/image-fixture.ts";
import { type RegistryServer, startRegistry } from "../support/registry/registry-server.ts";
import { file, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const bytes = (name: string, count: number) => layer(file(name, name.repeat(count)));
const bottom = [bytes("a", 50_000), bytes("b", 3_000)];
const base = image({ layers: bottom, compression: "gzip" });
const app = image({ layers: [...bottom, bytes("c", 700)], compression: "gzip" });
const other = image({ layers: [...bottom, bytes("d", 80)], compression: "gzip" });

e2eSuite("The images", (workshop) => {
  const folder = testFolder();
  let server: RegistryServer;
  beforeAll(async () => {
    server = await startRegistry();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const put = async (fixture: FixtureImage, target: string, options: ImagesOptions = {}): Promise<void> => {
    const archive = writeArchive(folder.in(`${target.replaceAll(/\W/g, "-")}.tar`), dockerClassic(fixture));
    await copy(archive, target, { ...options, force: true });
  };
  const engineOptions = (name: ApiEngine): ImagesOptions => {
    const host = `unix://${engineSockets(workshop.namespace)[name]}`;
    return name.startsWith("podman") ? { podman: { host } } : { docker: { host } };
  };

  it.each(API_ENGINES)("of %s are listed with their names, layers and shared layers", async (name) => {
    const transport = name.startsWith("podman") ? "podman" : "docker-daemon";
    const options = engineOptions(name);
    const before = (await images(transport, options)).images.map(({ id }) => id);
    await put(base, `${transport}:list.test/base:1`, options);
    await put(other, `${transport}:list.test/app:1`, options);
    await put(app, `${transport}:list.test/app:1`, options);
    await put(app, `${transport}:list.test/app:2`, options);
    const all = (await images(transport, options)).images.filter(({ id }) => !before.includes(id));
    try {
      const named = await images(transport, { ...options, references: ["list.test/*"] });
      expect(named.images.map(({ names }) => [...names].sort()).sort()).toEqual([
        ["list.test/app:1", "list.test/app:2"],
        ["list.test/base:1"],
      ]);
      expect((await images(`${transport}:list.test/app:2`, options)).images.map(({ names }) => names)).toEqual([
        ["list.test/app:2"],
      ]);
      const [trunk, ...others] = layerTree(named);
      expect(others).toEqual([]);
      expect(trunk?.above[0]?.images.flatMap(({ names }) => names)).toEqual(["list.test/base:1"]);
      expect(trunk?.above[0]?.above[0]?.images).toHaveLength(1);
      expect([trunk?.layer.diffId, trunk?.above[0]?.layer.diffId]).toEqual(base.layers.map(({ diffId }) => diffId));
      expect([named.layers, named.unsharedSize - named.size]).toEqual([3, sizeOf(trunk) + sizeOf(trunk?.above[0])]);
      expect(sizeOf(trunk)).toBeGreaterThanOrEqual(50_000);

      // In a containerd store an image that loses its last name is removed.
      const dangling = await images(transport, { ...options, dangling: true });
      const lost = dangling.images.filter(({ id }) => !before.includes(id));
      if (name !== "docker26Containerd") expect(lost.map(({ layers }) => layers.length)).toEqual([3]);
    } finally {
      for (const { id } of all) await workshop.engines[name].remove(id);
    }
  });

  it("of a repository, and of all repositories, are those that were pushed", async () => {
    await put(base, `docker://${server.host}/team/base:1`);
    for (const tag of ["1", "2"]) await put(app, `docker://${server.host}/team/app:${tag}`);
    const repository = await images(`docker://${server.host}/team/app`);
    expect(repository.images.map(({ names }) => names)).toEqual([
      ["1", "2"].map((tag) => `${server.host}/team/app:${tag}`),
    ]);
    const whole = await images(`docker://${server.host}`);
    expect(whole.images.flatMap(({ names }) => names).sort()).toEqual(
      ["app:1", "app:2", "base:1"].map((name) => `${server.host}/team/${name}`),
    );
    expect([whole.layers, layerTree(whole)]).toEqual([3, [expect.objectContaining({ above: [expect.anything()] })]]);
    expect(whole.size).toBeLessThan(whole.unsharedSize);
    const one = await images(`docker://${server.host}/team/app:2`);
    expect(one.images.map(({ digest }) => digest)).toEqual(repository.images.map(({ digest }) => digest));
    const [{ reference, digest } = { reference: "", digest: "" }] = repository.images;
    await copy(reference, `docker://${server.host}/team/untagged@${digest}`);
    expect((await images(`docker://${server.host}`)).images).toEqual(whole.images);
    await expect(images(`docker://${server.host}/team/untagged`)).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
    await expect(images(`docker://${server.host}/team/none`)).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
  });
});

function sizeOf(node: ReturnType<typeof layerTree>[number] | undefined): number {
  return node?.layer.size ?? Number.NaN;
}
