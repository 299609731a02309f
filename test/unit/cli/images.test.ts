import { describe, expect, test } from "vitest";
import { imagesTree } from "../../../src/cli/views/images-tree.ts";
import type { ImagesResult } from "../../../src/index.ts";
import { dockerHybrid, writeArchive } from "../../support/image-archives.ts";
import { image, sampleLayers } from "../../support/image-fixture.ts";
import { schemaErrors } from "../../support/json-schema.ts";
import { runCli } from "../../support/run-cli.ts";
import { file, layer } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const base = image({ tags: ["team/base:1"] });
const top = (name: string) => layer(file(name, name.repeat(2000)));
const app = image({ tags: ["app:1", "app:latest"], layers: [...sampleLayers(), top("a"), top("b")] });
const other = image({ tags: ["other:1"], layers: [...sampleLayers(), top("o")] });
const nameless = image({ layers: [top("n"), top("m")] });

const archive = () => writeArchive(folder.in("saved.tar"), dockerHybrid(base, app, other, nameless));
/** Replaces the folder of the test, which has a different name each time. */
const shown = (text: string) => text.replaceAll(folder.path, "");

describe("planish images", () => {
  test("has a line for each name, like docker images", async () => {
    const { status, stdout } = await runCli(["images", archive()]);
    expect(status).toBe(0);
    await expect(shown(stdout)).toMatchFileSnapshot("golden/images.txt");
  });

  test.each([
    ["images-tree", ["--tree"]],
    ["images-tree-no-trunc", ["--tree", "--no-trunc"]],
    ["images-digests", ["--digests", "--filter", "dangling=false"]],
  ])("draws %s", async (golden, flags) => {
    const { stdout } = await runCli(["images", archive(), ...flags]);
    await expect(shown(stdout)).toMatchFileSnapshot(`golden/${golden}.txt`);
  });

  test("prints each ID once with --quiet, short or in full", async () => {
    const ids = (await runCli(["images", archive(), "--quiet", "--no-trunc"])).stdout.trim().split("\n");
    expect(ids).toHaveLength(4);
    expect((await runCli(["images", archive(), "-q"])).stdout).toBe(`${ids.map((id) => id.slice(7, 19)).join("\n")}\n`);
  });

  test("prints JSON that matches its schema", async () => {
    const result = JSON.parse((await runCli(["images", archive(), "--format", "json"])).stdout) as ImagesResult;
    expect(schemaErrors("images", result)).toEqual([]);
    expect([result.images.length, result.layers]).toEqual([4, 7]);
  });

  test.each([["size=1"], ["dangling=maybe"], ["dangling"]])("knows no filter %s", async (filter) => {
    expect(await runCli(["images", archive(), "--filter", filter])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^planish: ARGUMENT_INVALID: --filter: .*\n {2}hint {2}write dangling=true/),
    });
  });

  test("escapes strange names, and shows unknown sizes", () => {
    const id = `sha256:${"0".repeat(64)}`;
    const layers = [{ chainId: id, diffId: id }];
    const strange = { names: ["a\x1b[31m\u202eb:1"], id, platform: "linux/amd64", size: 1, layers };
    const result = { place: "podman", images: [strange], size: 0, unsharedSize: 0, layers: 1, diagnostics: [] };
    const paint = Object.assign((_: string, text: string) => text, { unicode: false });
    const style = { paint, columns: 80, now: 0, trunc: true, digests: false };
    expect(imagesTree(result as never, style as never)).toBe(
      "podman: 1 image, 1 layer, 0 B\n`- 000000000000  size unknown  a\\x1b[31m\\u{202e}b:1",
    );
  });
});
