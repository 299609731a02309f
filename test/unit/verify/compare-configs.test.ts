import { expect, test } from "vitest";
import { flatten } from "../../../src/index.ts";
import { compareConfigs } from "../../../src/verify/compare-configs.ts";
import { ociLayout, writeFolder } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { loadFixture } from "../../support/load-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();

test("an empty platform in a config may be filled in like a missing one", async () => {
  writeFolder(folder.in("layout"), ociLayout(image({ architecture: "" })));
  const flat = `oci:${folder.in("flat")}`;
  const { verified, diagnostics, images } = await flatten(`oci:${folder.in("layout")}`, flat, { verify: true });
  const rules = [...diagnostics, ...images.flatMap((each) => each.diagnostics)].map(({ rule }) => rule);
  expect([verified?.equal, rules]).toEqual([true, ["platform-assumed"]]);
});

const OS = { os: "linux", architecture: "arm64" };

test.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
  ["what a build left behind may go", { ...OS, container: "1", "moby.buildkit.buildinfo.v1": "e30=" }, OS, []],
  ["it may not change", { ...OS, container: "1" }, { ...OS, container: "2" }, ["container"]],
  ["it may not come", OS, { ...OS, container: "2" }, ["container"]],
  ["it is no such thing elsewhere", { ...OS, config: { container: "1" } }, { ...OS, config: {} }, ["config.container"]],
  ["the old image may go", { ...OS, config: { Image: "1" } }, { ...OS, config: {} }, []],
  [
    "the old image may not change",
    { ...OS, config: { Image: "1" } },
    { ...OS, config: { Image: "2" } },
    ["config.Image"],
  ],
  ["a missing platform may be filled in", { os: "" }, OS, []],
  ["another than the image's may not", {}, { os: "freebsd", architecture: "arm64" }, ["os"]],
  ["one that is there may not change", OS, { ...OS, os: "freebsd" }, ["os"]],
  ["nothing else may be filled in", OS, { ...OS, author: "me" }, ["author"]],
  ["history and layers are not compared", { ...OS, history: [] }, OS, []],
])("of a config %s (R9.1)", async (_, source, flat, expected) => {
  const [was, is] = [
    await loadFixture({ config: source, descriptor: { platform: OS } }),
    await loadFixture({ config: flat }),
  ];
  expect(compareConfigs(was, is, { created: false }).map(({ field }) => field)).toEqual(expected);
});

test("the time of creation of a config may be another one only where that was asked for", async () => {
  const [was, is] = [
    await loadFixture({ config: OS }),
    await loadFixture({ config: { ...OS, created: "2026-01-01T00:00:00Z" } }),
  ];
  expect(compareConfigs(was, is, { created: true })).toEqual([]);
  expect(compareConfigs(was, is, { created: "2026-01-01T00:00:00Z" })).toEqual([]);
  expect(compareConfigs(was, is, { created: "2026-01-01T00:00:01Z" }).map(({ field }) => field)).toEqual(["created"]);
  expect(compareConfigs(was, was, { created: "2026-01-01T00:00:00Z" }).map(({ field }) => field)).toEqual(["created"]);
  expect(compareConfigs(was, is, { created: false }).map(({ field }) => field)).toEqual(["created"]);
});
