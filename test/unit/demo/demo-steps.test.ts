import { Readable } from "node:stream";
import { extract, type Header } from "tar-stream";
import { describe, expect, test } from "vitest";
import { demoConfig } from "../../../src/demo/demo-config.ts";
import { demoSteps } from "../../../src/demo/demo-steps.ts";
import { demoTar, file } from "../../../src/demo/demo-tar.ts";
import { sha256 } from "../../../src/oci/digest.ts";

async function headersOf(tar: Uint8Array): Promise<Header[]> {
  const headers: Header[] = [];
  for await (const entry of Readable.from([tar]).pipe(extract())) {
    headers.push(entry.header);
    entry.resume();
  }
  return headers;
}

const steps = demoSteps("amd64");
const layers = steps.flatMap(({ entries }) => (entries === undefined ? [] : [entries]));
const tars = layers.map((entries) => demoTar(entries, 0));

describe("the demo image", () => {
  test("has what makes images grow: overwriting, deleting, opaque directories, links", async () => {
    const headers = (await Promise.all(tars.map(headersOf))).flat();
    const names = headers.map(({ name }) => name);
    expect(new Set(headers.map(({ type }) => type))).toEqual(new Set(["file", "directory", "link", "symlink"]));
    expect(names.filter((name) => name.includes(".wh."))).toEqual([
      "etc/.wh.motd",
      "var/cache/.wh.pkg",
      "opt/greeter/themes/.wh..wh..opq",
      "opt/greeter/bin/.wh.hello",
    ]);
    expect(names.filter((name) => name === "opt/greeter/bin/hello")).toHaveLength(2);
  });

  test("lists every directory before what is in it, in each layer", async () => {
    for (const tar of tars) {
      const names = (await headersOf(tar)).map(({ name }) => name);
      const orphans = names.filter((name, index) => {
        const parent = name.replace(/[^/]+\/?$/, "");
        return parent !== "" && !names.slice(0, index).includes(parent);
      });
      expect(orphans).toEqual([]);
    }
  });

  test("has a layer for each step that is not empty, and the config says so", () => {
    const config = JSON.parse(new TextDecoder().decode(demoConfig("amd64", steps, tars))) as {
      history: { empty_layer?: boolean }[];
      rootfs: { diff_ids: string[] };
    };
    expect(config.history.map(({ empty_layer }) => empty_layer !== true)).toEqual(
      steps.map(({ entries }) => entries !== undefined),
    );
    expect(config.rootfs.diff_ids).toEqual(tars.map((tar) => sha256(tar)));
  });

  test("is small, and the same every time", () => {
    const size = tars.reduce((sum, tar) => sum + tar.length, 0);
    expect(size).toBeLessThan(5_000_000);
    expect(layers.map((entries) => sha256(demoTar(entries, 0)))).toEqual(tars.map((tar) => sha256(tar)));
  });
});

test("a tar for the demo adds the directories that its entries need", async () => {
  const headers = await headersOf(demoTar([file("a/b/c", "x"), file("a/d", "y")], 7));
  expect(headers.map(({ name, mode, type }) => [name, mode, type])).toEqual([
    ["a/", 0o755, "directory"],
    ["a/b/", 0o755, "directory"],
    ["a/b/c", 0o644, "file"],
    ["a/d", 0o644, "file"],
  ]);
});
