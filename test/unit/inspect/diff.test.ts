import { describe, expect, test } from "vitest";
import { type DiffOptions, type DiffResult, diff, diffLayer } from "../../../src/index.ts";
import { dockerClassic, ociLayout, writeArchive, writeFolder } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { schemaErrors } from "../../support/json-schema.ts";
import { runCli } from "../../support/run-cli.ts";
import {
  char,
  dir,
  file,
  hardlink,
  type LayerFixture,
  layer,
  opaque,
  symlink,
  whiteout,
} from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();

interface Fixture {
  readonly layers: readonly LayerFixture[];
  readonly config?: object;
}

function archive(name: string, { layers, config = {} }: Fixture, compression: "none" | "gzip" = "none"): string {
  const built = image({ layers: [...layers], config: { ...config }, compression, tags: ["app:1"] });
  return writeArchive(folder.in(`${name}.tar`), dockerClassic(built));
}

/** `A PATH`, `D PATH`, `C PATH: ATTRIBUTE A -> B, …`. */
function words({ differences, config }: DiffResult): string[] {
  const files = differences.map(({ kind, path, attributes }) => {
    const letter = { added: "A", removed: "D", changed: "C" }[kind];
    const changes = attributes.map(({ attribute, a, b }) =>
      attribute === "content" ? attribute : `${attribute} ${a} -> ${b}`,
    );
    return `${letter} ${path}${changes.length === 0 ? "" : `: ${changes.join(", ")}`}`;
  });
  return [...files, ...config.map(({ field, a, b }) => `${field}: ${a} -> ${b}`)];
}

async function compare(a: readonly LayerFixture[], b: readonly LayerFixture[], options: DiffOptions = {}) {
  return words(await diff(archive("a", { layers: a }), archive("b", { layers: b }), options));
}

const base = layer(
  dir("etc"),
  file("etc/passwd", "root", { mode: 0o644 }),
  file("etc/same", "same"),
  hardlink("etc/two", "etc/same"),
  symlink("link", "etc"),
  char("null", 1, 3),
);

describe("diff", () => {
  test("finds nothing between an image and the same files in other layers", async () => {
    const other = [
      layer(dir("etc"), file("etc/two", "same"), hardlink("etc/same", "etc/two"), file("gone")),
      layer(file("etc/passwd", "root"), symlink("link", "etc"), char("null", 1, 3), whiteout("gone")),
    ];
    const result = await diff(archive("a", { layers: [base] }, "gzip"), archive("b", { layers: other }));
    expect([result.equal, words(result)]).toEqual([true, []]);
    expect(result.a).toMatchObject({ platform: "linux/amd64", layers: [0], entries: 6 });
    expect(result.b.layers).toEqual([0, 1]);
  });

  test("names what was added and removed, and every attribute that changed", async () => {
    const changed = [
      dir("etc", { mode: 0o750, mtime: 5 }),
      file("etc/passwd", "ROOT", { uid: 3, gid: 4, mtimeNanoseconds: 7 }),
      file("etc/same", "same", { xattrs: { "user.a": "\x01" } }),
      symlink("link", "usr"),
      dir("null"),
      file("null/x", "new"),
    ];
    expect(await compare([base], [layer(...changed)])).toEqual([
      "C etc: mode 0755 -> 0750, mtime 2023-11-14T22:13:20.000000000Z -> 1970-01-01T00:00:05.000000000Z",
      "C etc/passwd: owner 0:0 -> 3:4, mtime 2023-11-14T22:13:20.000000000Z -> 2023-11-14T22:13:20.000000007Z, content",
      "C etc/same: links etc/same -> null, xattr user.a null -> 0x01",
      "D etc/two",
      "C link: target etc -> usr",
      "C null: type char -> directory",
      "A null/x",
    ]);
  });

  test("compares contents of equal size by reading them, with every compression", async () => {
    const large = "x".repeat(1_000_000);
    const files = (content: string) => [layer(file("early", "1"), file("big", content), file("late", "2"))];
    const [a, b, c] = [large, `${large.slice(1)}y`, large].map((content, at) =>
      archive(`${at}`, { layers: [...files(content), layer(file(`n${at}`))] }, at === 1 ? "gzip" : "none"),
    );
    const options = { ignore: [] };
    const { differences } = await diff(a ?? "", b ?? "", options);
    expect(differences[0]).toMatchObject({
      ...{ kind: "changed", path: "big", type: "file", size: 1_000_000, layer: 0 },
      attributes: [
        { attribute: "content", a: expect.stringMatching(/^sha256:/), b: expect.stringMatching(/^sha256:/) },
      ],
    });
    expect(words(await diff(a ?? "", c ?? ""))).toEqual(["D n0", "A n2"]);
  });

  test("ignores what it is told to, and then does not read contents", async () => {
    const [a, b] = [[layer(file("f", "1", { uid: 1 }))], [layer(file("f", "2", { mtime: 9 }))]];
    expect(await compare(a, b, { ignore: ["mtime", "owner"] })).toEqual(["C f: content"]);
    expect(await compare(a, b, { ignore: ["mtime", "owner", "content"] })).toEqual([]);
    await expect(compare(a, b, { ignore: ["mtimes" as "mtime"] })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: 'the option ignore: there is no attribute "mtimes"',
    });
  });

  test("compares configs value by value, except what is about layers", async () => {
    const [a, b] = [
      { Env: ["A=1"], Labels: { x: "1" } },
      { Env: ["A=2"], User: "u", Image: "sha256:1" },
    ].map((config, at) => archive(`${at}`, { layers: Array(at + 1).fill(base), config }));
    const result = await diff(a ?? "", b ?? "");
    expect(words(result)).toEqual([
      'config.Env: ["A=1"] -> ["A=2"]',
      'config.Labels: {"x":"1"} -> null',
      'config.User: null -> "u"',
    ]);
    expect(result.equal).toBe(false);
  });

  const stack = [base, layer(dir("etc"), opaque("etc"), file("etc/new", "12345")), layer(whiteout("link"))];

  test("says what a single layer changes", async () => {
    const source = archive("stack", { layers: stack });
    expect(words(await diffLayer(source, 0))).toHaveLength(6);
    const second = await diffLayer(source, 1);
    expect(words(second)).toEqual(["A etc/new", "D etc/passwd", "D etc/same", "D etc/two"]);
    expect([second.added, second.removed]).toEqual([
      { entries: 1, size: 5 },
      { entries: 3, size: 8 },
    ]);
    expect(words(await diffLayer(source, 2))).toEqual(["D link"]);
    await expect(diffLayer(source, 3)).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringContaining("has no layer 3: it has layers 0 to 2"),
    });
  });

  test("counts the content of a file with several names when the first of them comes or the last of them goes", async () => {
    const source = archive("names", {
      layers: [
        layer(file("f", "12345"), hardlink("g", "f"), hardlink("h", "f")),
        layer(whiteout("f")),
        layer(whiteout("g"), whiteout("h")),
        layer(file("f", "123"), hardlink("g", "f")),
      ],
    });
    const sums = await Promise.all([1, 2, 3].map((number) => diffLayer(source, number)));
    expect(sums.map(({ added, removed }) => [added, removed])).toEqual([
      [
        { entries: 0, size: 0 },
        { entries: 1, size: 0 },
      ],
      [
        { entries: 0, size: 0 },
        { entries: 2, size: 5 },
      ],
      [
        { entries: 2, size: 3 },
        { entries: 0, size: 0 },
      ],
    ]);
    const [one, two] = [[file("b", "1234")], [file("a", "1234"), hardlink("b", "a")]].map((files, at) =>
      archive(`${at}`, { layers: [layer(...files)] }),
    );
    expect((await diff(one ?? "", two ?? "")).added).toEqual({ entries: 1, size: 0 });
  });

  test("compares some layers of images, and scans only those", async () => {
    const built = image({ layers: stack });
    writeFolder(folder.in("lay"), ociLayout(built));
    const top = built.layers[2]?.diffId.slice("sha256:".length);
    writeFolder(folder.in("lay"), [{ path: `blobs/sha256/${top}`, bytes: Buffer.from("damaged") }]);
    const source = `oci:${folder.in("lay")}`;
    const ranges = { layersA: { first: 0, last: 0 }, layersB: { first: 0, last: 1 } };
    expect(words(await diff(source, source, ranges))).toHaveLength(4);
    expect(words(await diff(source, source, { layersA: ranges.layersA, layersB: { first: 1, last: 1 } }))).toHaveLength(
      6,
    );
    await expect(diff(source, source, { ...ranges, layersB: { first: 1 } })).rejects.toMatchObject({ stage: "scan" });
    await expect(diff(source, source, { layersA: { first: 1, last: 3 } })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringContaining("has no layers 1 to 3: it has layers 0 to 2"),
    });
  });
});

describe("planish diff", () => {
  const before = { layers: [base], config: { Env: ["A=1"] } };
  const after = {
    layers: [base, layer(file("etc/passwd", "root!", { mode: 0o600 }), whiteout("null"), file("n\x1b[2J", "12"))],
    config: { Env: ["A=\x1b"] },
  };

  test("prints one line per path, escaped, with sums below", async () => {
    const { status, stdout, stderr } = await runCli(["diff", archive("a", before), archive("b", after)]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    await expect(stdout.replaceAll(folder.path, "")).toMatchFileSnapshot("../cli/golden/diff.txt");
    const terminal = await runCli(["diff", archive("a", before), archive("b", after)], {
      terminal: true,
      env: { NO_COLOR: "1" },
    });
    const lines = terminal.stdout.split("\n").filter((line) => /^[ACD] {2}/.test(line));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test("shows sizes exactly if they would look the same otherwise", async () => {
    const [a, b] = [1_234_567, 1_234_568].map((size) =>
      archive(`${size}`, { layers: [layer(file("f", "x".repeat(size)))] }),
    );
    const { stdout } = await runCli(["diff", a ?? "", b ?? ""]);
    expect(stdout).toContain("C  /f  size 1,234,567 B -> 1,234,568 B\n");
  });

  test("aligns what follows names that are not ASCII", async () => {
    const names = ["\xe6\xbc\xa2\xe5\xad\x97", "plain-name"].map((name) => file(name));
    const { stdout } = await runCli([
      "diff",
      archive("a", { layers: [layer()] }),
      archive("b", { layers: [layer(...names)] }),
    ]);
    expect(stdout).toContain("A  /plain-name  file 0 B, layer 0\nA  /漢字        file 0 B, layer 0\n");
  });

  test("shows values of the configs as they are", async () => {
    const labelled = archive("b", { layers: [base], config: { Labels: { drink: "café, Ã©" } } });
    const { stdout } = await runCli(["diff", archive("a", { layers: [base] }), labelled]);
    expect(stdout).toContain('none -> {"drink":"café, Ã©"}');
  });

  test("ends with status 7 if that is asked for", async () => {
    const [a, b] = [archive("a", before), archive("b", after)];
    expect((await runCli(["diff", "--exit-code", a, b])).status).toBe(7);
    expect((await runCli(["diff", "--exit-code", a, a])).status).toBe(0);
    expect(await runCli(["diff", "-q", a, b])).toMatchObject({ status: 7, stdout: "", stderr: "" });
    expect((await runCli(["diff", a, a])).stdout).toMatch(/\nno differences\n$/);
  });

  test("prints JSON whose schema is documented", async () => {
    const [a, b] = [archive("a", before), archive("b", after)];
    for (const args of [
      [a, b, "--ignore", "mtime"],
      [b, "--layer", "1"],
      [b, b, "--layers-a", "0", "--layers-b", "1-"],
    ]) {
      const { stdout } = await runCli(["diff", ...args, "--format", "json"]);
      expect(schemaErrors("diff", JSON.parse(stdout))).toEqual([]);
    }
  });

  test.each([
    [["a"], "a second image is missing"],
    [["a", "b", "--layer", "1"], "--layer is for one image"],
    [["-", "-"], "both images are stdin"],
    [["a", "b", "--layers-a", "2..3"], '--layers-a: "2..3" is not a layer or a range of layers'],
    [["a", "b", "--ignore", "size"], "Allowed choices are mode, owner, mtime, content, links, xattr."],
  ])("refuses %j", async (args, message) => {
    const { status, stderr } = await runCli(["diff", ...args]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
