import { describe, expect, test } from "vitest";
import { explain } from "../../../src/index.ts";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { schemaErrors } from "../../support/json-schema.ts";
import { runCli } from "../../support/run-cli.ts";
import { dir, file, hardlink, type LayerFixture, layer, opaque, symlink, whiteout } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();

function archive(...layers: readonly LayerFixture[]): string {
  return writeArchive(folder.in("app.tar"), dockerClassic(image({ layers: [...layers], tags: ["app:1"] })));
}

/** `LAYER EFFECT TYPE PATH`, with `REASON RULE by LAYER` of what is hidden; then what is there. */
async function words(path: string, ...layers: readonly LayerFixture[]): Promise<string[]> {
  const { steps, flat } = await explain(archive(...layers), path);
  const lines = steps.map(({ layer: number, effect, type, path: own, hidden }) => {
    const by = hidden?.by === undefined ? "" : ` by ${hidden.by.layer}`;
    return `${number} ${effect} ${type} ${own}${hidden === undefined ? "" : `: ${hidden.reason} ${hidden.rule}${by}`}`;
  });
  return [...lines, flat === null ? "nothing" : `${flat.type} of ${flat.listed ? flat.layer : "none"}`];
}

describe("explain", () => {
  test("follows a file that is changed, removed and made anew", async () => {
    const layers = [
      layer(file("f", "1")),
      layer(file("f", "2")),
      layer(whiteout("f")),
      layer(whiteout("f")),
      layer(file("f")),
    ];
    expect(await words("f", ...layers)).toEqual([
      "0 adds file f: replaced R4.1 by 1",
      "1 changes file f: whiteout R3.2 by 2",
      "2 removes whiteout f: marker R3.2",
      "3 nothing whiteout f: marker R3.2",
      "4 adds file f",
      "file of 4",
    ]);
  });

  test("follows a link as it is when an entry comes by", async () => {
    const tar = [
      symlink("l", "a"),
      file("l/f", "1"),
      symlink("l", "b"),
      file("l/f", "22"),
      dir("l"),
      file("l/f", "333"),
    ];
    expect(await words("a/f", layer(...tar))).toEqual(["0 adds file l/f", "file of 0"]);
    expect(await words("b/f", layer(...tar))).toEqual(["0 adds file l/f", "file of 0"]);
    expect(await words("l/f", layer(...tar))).toEqual(["0 adds file l/f", "file of 0"]);
  });

  test("follows as many links in a layer as engines do", async () => {
    const chain = Array.from({ length: 255 }, (_, at) => symlink(`l${at}`, at === 254 ? "d" : `l${at + 1}`));
    expect(await words("d/f", layer(dir("d"), ...chain, file("l0/f")))).toEqual(["0 adds file l0/f", "file of 0"]);
  });

  test("knows that an entry changes a path which it reaches through a link of a lower layer", async () => {
    const layers = [layer(dir("usr"), file("usr/f", "1"), symlink("l", "usr")), layer(file("l/f", "22"))];
    const { steps, flat } = await explain(archive(...layers), "usr/f", { profile: "spec" });
    expect(steps.map(({ layer: number, effect, path }) => [number, effect, path])).toEqual([
      [0, "adds", "usr/f"],
      [1, "changes", "l/f"],
    ]);
    expect(flat).toMatchObject({ layer: 1, size: 2 });
  });

  test("names what happens to the directories above", async () => {
    expect(await words("a/b/f", layer(dir("a"), file("a/b/f")), layer(whiteout("a")), layer(dir("other")))).toEqual([
      "0 adds file a/b/f: whiteout R3.2 by 1",
      "1 removes whiteout a: marker R3.2",
      "nothing",
    ]);
    expect(await words("a/b/f", layer(file("a/b/f")), layer(dir("a/b"), opaque("a/b")), layer(file("a/b/f")))).toEqual([
      "0 adds file a/b/f: opaque R3.2 by 1",
      "1 hides opaque a/b: marker R3.2",
      "2 adds file a/b/f",
      "file of 2",
    ]);
    expect(await words("a/b/f", layer(file("a/b/f")), layer(file("a/b")))).toEqual([
      "0 adds file a/b/f: replaced R4.1 by 1",
      "1 replaces file a/b",
      "nothing",
    ]);
  });

  test("knows directories: listed again, emptied, and listed by none", async () => {
    expect(await words("d", layer(dir("d")), layer(dir("d"), opaque("d"), file("d/x")))).toEqual([
      "0 adds directory d: relisted R4.2 by 1",
      "1 changes directory d",
      "1 empties opaque d: marker R3.2",
      "directory of 1",
    ]);
    expect(await words("e", layer(file("e/f")))).toEqual(["directory of none"]);
  });

  test("knows what removed a directory that no layer lists", async () => {
    const lowest = layer(file("a/b/f"));
    const removed = ["1 removes whiteout a: marker R3.2", "nothing"];
    expect(await words("a", lowest, layer(whiteout("a")))).toEqual(removed);
    expect(await words("a/b", lowest, layer(whiteout("a")))).toEqual(removed);
    expect(await words("a/b", lowest, layer(opaque("a")))).toEqual(["1 hides opaque a: marker R3.2", "nothing"]);
    expect(await words("a/b", lowest, layer(file("a")))).toEqual(["1 replaces file a", "nothing"]);
    expect(await words("a/b", lowest, layer(file("a/b")))).toEqual(["1 changes file a/b", "file of 1"]);
    expect(await words("a/b", lowest, layer(whiteout("a/b/f")))).toEqual(["directory of none"]);
    await expect(explain(archive(lowest, layer(whiteout("a"))), "a/c")).rejects.toMatchObject({
      code: "PATH_NOT_FOUND",
    });
  });

  test("knows the other names of a file, and where the content of a name comes from", async () => {
    const layers = [layer(file("a", "1"), hardlink("b", "a"), hardlink("c", "a")), layer(whiteout("a"))];
    expect(await words("a", ...layers)).toEqual([
      "0 adds file a: whiteout R3.2 by 1",
      "0 links hardlink b",
      "0 links hardlink c",
      "1 removes whiteout a: marker R3.2",
      "nothing",
    ]);
    expect(await words("c", ...layers)).toEqual(["0 adds hardlink c", "file of 0"]);
    expect(await words("b", ...layers)).toEqual([
      "0 holds file a: whiteout R3.2 by 1",
      "0 adds hardlink b",
      "file of 0",
    ]);
    expect((await explain(archive(...layers), "c")).names).toEqual(["b", "c"]);
  });

  test("follows links to what no layer names, and finds entries that a link of their layer leads elsewhere", async () => {
    const usr = layer(dir("usr/bin"), file("usr/bin/sh"), symlink("bin", "usr/bin"), file("bin/vi"));
    expect(await explain(archive(usr), "/bin/sh")).toMatchObject({ path: "usr/bin/sh", asked: "bin/sh" });
    expect(await words("usr/bin/vi", usr)).toEqual(["0 adds file bin/vi", "file of 0"]);
  });

  test("follows links of a layer in the paths of its entries, links and whiteouts", async () => {
    const bottom = layer(dir("usr/bin"), symlink("bin", "usr/bin"), file("bin/vi"), hardlink("ed", "bin/vi"));
    const top = layer(symlink("bin", "usr/bin"), whiteout("bin/vi"));
    expect(await explain(archive(bottom), "/bin/vi")).toMatchObject({ path: "usr/bin/vi", asked: "bin/vi" });
    expect(await words("bin/vi", bottom, top)).toEqual([
      "0 adds file bin/vi: whiteout R3.2 by 1",
      "0 links hardlink ed",
      "1 removes whiteout bin/vi: marker R3.2",
      "nothing",
    ]);
  });

  test("says what no layer ever had, and repeats what engines disagree on there", async () => {
    await expect(explain(archive(layer(file("a"))), "b")).rejects.toMatchObject({ code: "PATH_NOT_FOUND" });
    const { diagnostics } = await explain(archive(layer(file("a"), file("b")), layer(file("b"), file("b"))), "b");
    expect(diagnostics.map(({ rule, path }) => [rule, path])).toEqual([["D8", "b"]]);
  });
});

describe("planish explain", () => {
  const layers = [
    layer(dir("etc"), file("etc/\x1b", "1", { mode: 0o4755 }), hardlink("etc/b", "etc/\x1b", { mode: 0o4755 })),
    layer(file("etc/\x1b", "12", { xattrs: { "user.a": "\x01" } })),
  ];

  test("tells it in blocks, escaped", async () => {
    const { status, stdout, stderr } = await runCli(["explain", archive(...layers), "etc/\x1b"], {
      env: { LANG: "C.UTF-8" },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    await expect(stdout.replaceAll(folder.path, "")).toMatchFileSnapshot("../cli/golden/explain.txt");
    const named = await runCli(["explain", archive(layer(file("a"), hardlink("b", "a"))), "a"]);
    expect(named.stdout).toMatch(/\n {2}other names: \/b\n$/);
    const gone = await runCli(["explain", archive(...layers, layer(whiteout("etc"))), "etc/b"]);
    expect(gone.stdout).toMatch(/\nFlat image: nothing; removed by layer 2 \(R3\.2\)\n$/);
  });

  test("shows three of the hard links of a layer, and how many more there are", async () => {
    const links = (layer: string, count: number) =>
      Array.from({ length: count }, (_, at) => hardlink(`bin/${layer}${at}`, "bin/[", { mode: 0o755 }));
    const path = archive(layer(file("bin/[", "box", { mode: 0o755 }), ...links("a", 400)));
    const { stdout } = await runCli(["explain", path, "bin/["]);
    const step = "layer 0  links  hard link /bin/";
    expect(stdout).toContain(`${step}a2\n         step 0\n         and 397 more (all of them: --format json)\n\nFlat`);
    expect(stdout.split(step)).toHaveLength(4);
    const json = JSON.parse((await runCli(["explain", path, "bin/[", "--format", "json"])).stdout);
    expect(json.steps).toHaveLength(401);
  });

  test("prints JSON whose schema is documented", async () => {
    for (const path of ["etc/\x1b", "etc/b"]) {
      const { stdout } = await runCli(["explain", archive(...layers), path, "--format", "json"]);
      expect(schemaErrors("explain", JSON.parse(stdout))).toEqual([]);
    }
  });
});
