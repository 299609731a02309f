import { mkdirSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { analyze, type ImageAnalysis, type ProgressEvent } from "../../../../src/index.ts";
import { dockerClassic, ociLayout, writeArchive, writeFolder } from "../../../support/image-archives.ts";
import { type ImageWords, image } from "../../../support/image-fixture.ts";
import { dir, file, hardlink, type LayerFixture, layer, opaque, whiteout } from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
const of = (size: number, char = "x"): string => char.repeat(size);
const KEY = `-----BEGIN OPENSSH PRIVATE KEY-----\n${"b3BlbnNzaC1rZXktdjEAAAAA".repeat(4)}\n-----END OPENSSH PRIVATE KEY-----\n`;

async function analysed(layers: readonly LayerFixture[], words: ImageWords = {}): Promise<ImageAnalysis> {
  const path = writeFolder(folder.in(`layout-${Math.random()}`), ociLayout(image({ ...words, layers })));
  const { sources } = await analyze([path]);
  const found = sources[0]?.images[0];
  if (found === undefined) throw new Error("no image was analysed");
  return found;
}

describe("the layer table", () => {
  test("says of each layer what made it, what is hidden of it and what it hides", async () => {
    const { layers, hidden, hiddenFiles } = await analysed([
      layer(dir("d"), file("d/a", of(100)), file("d/b", of(50)), file("c", of(7))),
      layer(dir("d"), opaque("d"), file("c", of(9))),
    ]);
    expect(layers).toMatchObject([
      { number: 0, createdBy: "step 0", entries: 4, contentSize: 157, hidden: { entries: 4, size: 157 } },
      {
        number: 1,
        createdBy: "step 1",
        contentSize: 9,
        hidden: { entries: 1, size: 0 },
        rewrites: { files: 1, size: 9 },
        hides: { entries: 4, size: 157 },
      },
    ]);
    expect(hidden).toMatchObject({ entries: 5, size: 157 });
    expect(hiddenFiles).toEqual([
      { path: "d/a", size: 100, layer: 0, reason: "opaque", hiddenBy: { layer: 1, path: "d" } },
      { path: "d/b", size: 50, layer: 0, reason: "opaque", hiddenBy: { layer: 1, path: "d" } },
      { path: "c", size: 7, layer: 0, reason: "replaced", hiddenBy: { layer: 1, path: "c" } },
    ]);
  });

  test("does not count content as hidden that another name of a hard link keeps", async () => {
    const { hidden, ghosts, hiddenFiles, layers, advice } = await analysed([
      layer(file("a", of(2_000_000)), hardlink("b", "a")),
      layer(whiteout("a")),
    ]);
    expect(hidden).toMatchObject({ entries: 2, size: 0 });
    expect(layers[1]?.hides).toEqual({ entries: 1, size: 0 });
    expect(advice.find(({ topic }) => topic === "combine-runs")).toMatchObject({ verdict: "fine", bytes: 0 });
    expect({ ghosts, hiddenFiles }).toEqual({ ghosts: { files: 0, size: 0, secrets: [] }, hiddenFiles: [] });
  });
});

describe("duplicates", () => {
  test("are files of 1 KiB and more with the same content, wherever they are", async () => {
    const { duplicates, layers } = await analysed([
      layer(file("a", of(2000)), file("small", of(900)), file("small2", of(900)), file("other", of(2000, "y"))),
      layer(file("a", of(2000), { uid: 7 }), file("b", of(2000))),
    ]);
    expect(duplicates).toEqual({
      files: 2,
      size: 4000,
      visible: { files: 1, size: 2000 },
      largest: [
        {
          size: 2000,
          files: 3,
          places: [
            { layer: 0, path: "a" },
            { layer: 1, path: "a" },
            { layer: 1, path: "b" },
          ],
        },
      ],
    });
    expect(layers.map((each) => each.duplicates)).toEqual([
      { files: 0, size: 0 },
      { files: 2, size: 4000 },
    ]);
  });
});

describe("prunable content", () => {
  test("counts by profile what the flat image holds, a hard link only when all of its names go", async () => {
    const { prunable } = await analysed([
      layer(
        file("var/cache/apt/archives/a.deb", of(50)),
        file("var/lib/apt/lists/gone", of(9)),
        file("tmp/x", of(30)),
        hardlink("usr/bin/x", "tmp/x"),
        file("var/log/a.log", of(5)),
        hardlink("var/log/b.log", "var/log/a.log"),
      ),
      layer(whiteout("var/lib/apt/lists/gone")),
    ]);
    expect(prunable).toEqual([
      { profile: "apt", files: 1, size: 50 },
      { profile: "logs", files: 1, size: 5 },
    ]);
  });

  test("leaves empty logs out, which no prune takes", async () => {
    const layers = [layer(file("var/log/btmp"), file("var/log/wtmp"), file("var/log/dpkg.log", of(5)))];
    expect((await analysed(layers)).prunable).toEqual([{ profile: "logs", files: 1, size: 5 }]);
  });
});

describe("ghosts", () => {
  test("are files of paths that are gone, and secrets in hidden files, by content or else by name", async () => {
    const { ghosts, advice, recommendation } = await analysed([
      layer(
        file("root/.ssh/id_rsa", KEY),
        file("root/.npmrc", "x=1\n"),
        file("run/secrets/empty"),
        file("etc/conf", "a"),
      ),
      layer(
        file("etc/conf", "b"),
        whiteout("root/.ssh/id_rsa"),
        whiteout("root/.npmrc"),
        whiteout("run/secrets/empty"),
      ),
    ]);
    expect(ghosts).toEqual({
      files: 3,
      size: KEY.length + 4,
      secrets: [
        {
          path: "root/.ssh/id_rsa",
          layer: 0,
          hiddenBy: { layer: 1, path: "root/.ssh/id_rsa" },
          pattern: "private-key",
          how: "content",
          line: 1,
          excerpt: "-----BEGIN OPENSSH PRIVATE KEY--…",
        },
        {
          path: "root/.npmrc",
          layer: 0,
          hiddenBy: { layer: 1, path: "root/.npmrc" },
          pattern: "credentials-file",
          how: "name",
        },
      ],
    });
    expect(advice.find(({ topic }) => topic === "ghost-secrets")).toMatchObject({ verdict: "act", layers: [0] });
    expect(recommendation).toEqual({ action: "flatten", reason: "hidden files hold 2 secrets" });
  });

  test("are no ghosts where a visible file has them too", async () => {
    const { ghosts } = await analysed([
      layer(file("build/key", KEY)),
      layer(whiteout("build"), file("app/key", `copied\n${KEY}`)),
    ]);
    expect(ghosts).toEqual({ files: 1, size: KEY.length, secrets: [] });
  });
});

describe("the flat image is predicted", () => {
  test("exactly where layers are not compressed, and by the share that is kept where they are", async () => {
    const layers = [layer(file("a", of(5000)), file("b", of(5000))), layer(whiteout("a"))];
    const plain = await analysed(layers);
    expect(plain.flat).toEqual({ entries: 1, uncompressedSize: 6656, size: 6656, compression: "none" });
    const { flat, size } = await analysed(layers, { compression: "gzip" });
    expect(flat).toMatchObject({ entries: 1, uncompressedSize: 6656, compression: "gzip" });
    expect(flat.size).toBeLessThan(size);
    expect(flat.size).toBeGreaterThan(0);
  });
});

test("an image of one layer is left alone", async () => {
  const { recommendation, efficiency, advice } = await analysed([layer(file("a", "1"))]);
  expect({ recommendation, efficiency }).toEqual({
    recommendation: { action: "leave", reason: "the image has one layer" },
    efficiency: 1,
  });
  expect(new Set(advice.map(({ topic }) => topic)).size).toBe(10);
  const [base] = advice.filter(({ topic }) => topic === "smaller-base");
  expect(base?.text).toMatch(
    /^The lowest layer has .* of .* \(100 %\): a smaller base could save no more than that\.$/,
  );
});

describe("an image on a large base that others may share", () => {
  const MB = 1_000_000;
  const steps = ["/bin/sh -c #(nop) ADD file:1 in / "];

  test("is squashed above it when much is hidden there", async () => {
    const layers = [
      layer(file("base", of(2 * MB))),
      layer(file("made", of(3 * MB))),
      layer(file("made", of(MB)), whiteout("base")),
    ];
    const { recommendation } = await analysed(layers, { steps });
    const reason = "3 MB are hidden above the base, which can stay shared";
    expect(recommendation).toEqual({ action: "squash above the base", reason });
  });

  test("is left when it is the base's content that is hidden, which squashing above it would not give back", async () => {
    const layers = [layer(file("base", of(4 * MB))), layer(file("made", of(MB))), layer(whiteout("base"))];
    const { recommendation } = await analysed(layers, { steps });
    const reason = "only 0 B are hidden above the base, which can stay shared; flattening it all would save 4 MB";
    expect(recommendation).toEqual({ action: "leave", reason });
  });

  test("is flattened when no base is known", async () => {
    const layers = [layer(file("a", of(4 * MB))), layer(whiteout("a"))];
    const reason = "it saves 4 MB, and no large base is shared";
    expect((await analysed(layers)).recommendation).toEqual({ action: "flatten", reason });
  });
});

test("an image of a layout has only its own names, whatever else of the layout is analysed", async () => {
  const [one, other] = ["x", "y"].map((name) =>
    image({ tags: [`${name}:1`, `${name}:2`], layers: [layer(file(name))] }),
  );
  if (one === undefined || other === undefined) throw new Error("there are two images");
  const path = writeFolder(folder.in("names"), ociLayout(one, other));
  const references = [`oci:${path}:x:1`, `oci:${path}:y:1`];
  const { sources } = await analyze(references);
  const alone = await Promise.all(references.map((reference) => analyze([reference])));
  expect(sources.map(({ names }) => names)).toEqual(alone.flatMap((each) => each.sources.map(({ names }) => names)));
});

test("of several images it is reported how many there are and which is next, of one it is not", async () => {
  const [one, other] = ["x", "y"].map((name) => image({ tags: [`${name}:1`], layers: [layer(file(name))] }));
  if (one === undefined || other === undefined) throw new Error("there are two images");
  const path = writeFolder(folder.in("reported"), ociLayout(one, other));
  const references = [`oci:${path}:x:1`, `oci:${path}:y:1`];
  const reported = async (sources: readonly string[]): Promise<ProgressEvent[]> => {
    const events: ProgressEvent[] = [];
    await analyze(sources, { onProgress: (event) => void (event.type === "image" && events.push(event)) });
    return events;
  };
  expect(await reported(references)).toEqual(
    references.map((label, at) => ({ type: "image", label, number: at + 1, total: 2 })),
  );
  expect(await reported(references.slice(1))).toEqual([]);
});

describe("the images of archives that are compressed as a whole", () => {
  const images = ["a:1", "b:1", "c:1"].map((name) => image({ tags: [name], layers: [layer(file(name, of(3000)))] }));
  const names = images.flatMap(({ tags }) => tags);

  /** Analyses images, and tells how many files lay in the scratch whenever an archive began to be inflated. */
  async function inflations(references: readonly string[]): Promise<number[]> {
    const scratch = folder.in(`scratch-${Math.random()}`);
    mkdirSync(scratch);
    const begun: number[] = [];
    const { sources } = await analyze(references, {
      scratch,
      onProgress(event) {
        if (event.type !== "started" || event.label !== "compressed archive") return;
        begun.push(readdirSync(scratch, { recursive: true }).filter((name) => `${name}`.endsWith(".tar")).length);
      },
    });
    expect(sources.map((each) => [each.source, each.names[0]])).toEqual(
      references.map((text, at) => [text, names[at]]),
    );
    return begun;
  }

  test("are read from one decompressed copy if they are in one archive", async () => {
    const path = writeArchive(folder.in("saved.tar.gz"), dockerClassic(...images), "gzip");
    expect(await inflations(names.map((name) => `docker-archive:${path}:${name}`))).toEqual([0]);
  });

  test("never leave a copy that is not needed any more", async () => {
    const references = images.map((each, at) => {
      const path = writeArchive(folder.in(`saved-${at}.tar.gz`), dockerClassic(each), "gzip");
      return `docker-archive:${path}`;
    });
    expect(await inflations(references)).toEqual([0, 0, 0]);
  });
});
