import { expect, test } from "vitest";
import { verify } from "../../../src/inspect/verify.ts";
import { serveForPulls } from "../../../src/measure/loopback-registry.ts";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { dir, file, layer } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

const folder = testFolder();

test("what is served can be pulled by its name, and nothing else can be asked for", async () => {
  await using context = transportContext(folder.path);
  const archives = ["one", "two"].map((name) => {
    const built = image({ tags: [`${name}:1`], layers: [layer(dir("d")), layer(file("d/f", name))] });
    return writeArchive(folder.in(`${name}.tar`), dockerClassic(built)).replace(/^docker-archive:/, "");
  });
  const [one = "", two = ""] = archives;
  const served = [
    { name: "measured:one", archive: one },
    { name: "measured:two", archive: two },
  ];
  const registry = await serveForPulls(served, context);
  const ask = async (path: string, method = "GET") =>
    (await fetch(`http://${registry.host}${path}`, { method })).status;
  expect(registry.wasAsked).toBe(false);
  for (const { name, archive } of served) {
    expect((await verify(`docker-archive:${archive}`, `docker://${registry.host}/${name}`)).equal).toBe(true);
  }
  expect(registry.wasAsked).toBe(true);
  expect([await ask("/v2/"), await ask("/v2/measured/manifests/one", "HEAD")]).toEqual([200, 200]);
  for (const path of ["/", "/v2/measured/manifests/three", "/v2/other/manifests/one", "/v2/measured/tags/list"]) {
    expect([path, await ask(path)]).toEqual([path, 404]);
  }
  expect(await ask("/v2/measured/manifests/one", "DELETE")).toBe(404);
  await registry[Symbol.asyncDispose]();
  await expect(ask("/v2/")).rejects.toThrow();
});
