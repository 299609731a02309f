import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { type AnalyzeOptions, analyze, type ProgressEvent } from "../../../../src/index.ts";
import type { Digest } from "../../../../src/oci/digest.ts";
import { blobPath } from "../../../../src/transport/blob-store.ts";
import { fakeEngines } from "../../../support/fake-engine.ts";
import {
  archiveBytes,
  dockerClassic,
  dockerHybrid,
  ociLayout,
  writeArchive,
  writeFolder,
} from "../../../support/image-archives.ts";
import { blob, type FixtureBlob, type FixtureImage, image, json } from "../../../support/image-fixture.ts";
import { file, layer } from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
const of = (name: string, architecture = "amd64"): FixtureImage =>
  image({ tags: [`${name}:1`], architecture, compression: "gzip", layers: [layer(file(name)), layer(file("too"))] });

/**
 * A registry of one repository with these manifests by their tags; `asked` has the paths of all requests, which are
 * answered after what `until` returns.
 */
async function registryOf(
  tags: Readonly<Record<string, FixtureBlob>>,
  blobs: readonly FixtureBlob[],
  until: (url: string) => unknown = () => undefined,
) {
  const asked: string[] = [];
  const server = createServer(async ({ url = "" }, response) => {
    asked.push(url);
    await until(url);
    if (url.includes("/tags/")) return response.end(JSON.stringify({ tags: Object.keys(tags) }));
    const [name = ""] = url.split("/").slice(-1);
    const found = tags[name] ?? blobs.find(({ digest }) => digest === name);
    if (found === undefined) return response.writeHead(url === "/v2/" ? 200 : 404).end("{}");
    return response.writeHead(200, { "content-type": found.mediaType }).end(found.bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { place: `docker://127.0.0.1:${(server.address() as AddressInfo).port}/app`, asked };
}

const blobsOf = ({ config, layers }: FixtureImage): FixtureBlob[] => [
  blob("application/json", config),
  ...layers.map(({ oci }) => oci),
];

test("of a registry's images everything is read once, and what is no image is left out", async () => {
  const [one, other] = [of("one"), of("other")];
  const empty = blob("application/vnd.oci.empty.v1+json", json({}));
  const artifact = blob(
    "application/vnd.oci.image.manifest.v1+json",
    json({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      artifactType: "application/vnd.example.sbom",
      config: { mediaType: empty.mediaType, digest: empty.digest, size: empty.bytes.length },
      layers: [],
    }),
  );
  const tags = { "1": one.oci, "1.0": one.oci, "2": other.oci, sbom: artifact };
  const { place, asked } = await registryOf(tags, [...blobsOf(one), ...blobsOf(other), empty]);

  const result = await analyze([], { allOf: place });
  expect(result.sources.map(({ source }) => source)).toEqual([`${place}:1`, `${place}:2`]);
  expect(result).toMatchObject({ place, diagnostics: [], fleet: { images: [{}, {}] } });
  expect(asked.filter((url) => url.includes("/manifests/"))).toHaveLength(Object.keys(tags).length);
  const blobs = asked.filter((url) => url.includes("/blobs/"));
  expect(blobs).toHaveLength(new Set(blobs).size);
  expect(asked.filter((url) => url === "/v2/")).toHaveLength(1);
});

test("of a registry some images are loaded while the layers of another one are read", async () => {
  const images = ["1", "2", "3", "4", "5", "6", "7"].map((name) => of(name));
  const tags = Object.fromEntries(images.map(({ oci }, at) => [`${at + 1}`, oci]));
  const [firstLayer, config] = [images[0]?.layers[0]?.oci.digest, blobsOf(images[4] as FixtureImage)[0]?.digest];
  const fifth = Promise.withResolvers<void>();
  const manifestsBefore: string[] = [];
  const { place, asked } = await registryOf(tags, images.flatMap(blobsOf), async (url) => {
    if (url.endsWith(config ?? "")) fifth.resolve();
    if (!url.endsWith(firstLayer ?? "")) return;
    await fifth.promise;
    await setTimeout(50);
    manifestsBefore.push(...asked.filter((each) => each.includes("/manifests/")));
  });
  const begun: string[] = [];
  const result = await analyze([], {
    allOf: place,
    onProgress: (event) => void (event.type === "image" && begun.push(event.label)),
  });
  expect(manifestsBefore.map((url) => url.at(-1))).toEqual(["1", "2", "3", "4", "5"]);
  expect(begun).toEqual(images.map((_, at) => `${place}:${at + 1}`));
  expect(result.sources.map(({ source }) => source)).toEqual(begun);
});

test("an image whose layer is damaged does not keep the others of its place from being analyzed", async () => {
  const images = [of("a"), of("b"), of("c")];
  const path = writeFolder(folder.in("damaged"), ociLayout(...images));
  const [, damaged] = images.map(({ layers }) => layers[0]?.oci.digest as Digest);
  writeFileSync(`${path}/${blobPath(damaged as Digest)}`, "no longer what it was");
  const { sources, diagnostics } = await analyze([], { allOf: `oci:${path}` });
  expect(sources.map(({ names }) => names)).toEqual([["a:1"], ["c:1"]]);
  expect(diagnostics).toMatchObject([
    { rule: "image-unreadable", message: expect.stringContaining(`oci:${path}:b:1 cannot be read: `) },
  ]);
  await expect(analyze([], { allOf: `oci:${path}:b:1` })).rejects.toMatchObject({ code: "SIZE_MISMATCH" });
  await expect(analyze([`oci:${path}:b:1`])).rejects.toMatchObject({ code: "SIZE_MISMATCH" });
});

test("with platforms, the images of a place that have none of them are left out", async () => {
  const path = writeFolder(folder.in("platforms"), ociLayout(of("a"), of("b", "arm64"), of("c")));
  const options = { allOf: `oci:${path}`, platforms: ["linux/arm64"] };
  const { sources, diagnostics } = await analyze([], options);
  expect([sources.map(({ names }) => names), diagnostics]).toEqual([[["b:1"]], []]);
  await expect(analyze([], { ...options, platforms: ["linux/s390x"] })).rejects.toMatchObject({
    code: "ARGUMENT_INVALID",
  });
});

test("images that are named come before those of a place", async () => {
  const path = writeFolder(folder.in("both"), ociLayout(of("a"), of("b")));
  const alone = writeFolder(folder.in("alone"), ociLayout(of("z")));
  const { sources } = await analyze([`oci:${alone}`], { allOf: `oci:${path}` });
  expect(sources.map(({ names }) => names[0])).toEqual(["z:1", "a:1", "b:1"]);
});

describe("the images of an engine", () => {
  const engines = fakeEngines(folder);
  const names = ["a", "b", "c"];

  /** Docker with three images, of which `lost` cannot be saved; counts its requests by what they ask for. */
  async function dockerThatLost(lost: string, fail: (response: ServerResponse) => void) {
    const asked: string[] = [];
    const answer: RequestListener = ({ url = "" }, response) => {
      const [, path = "", query = ""] = /^\/v1\.\d+([^?]*)\??(.*)$/.exec(decodeURIComponent(url)) ?? [];
      const name = /([abc]):1/.exec(`${path}${query}`)?.[1] ?? "";
      asked.push(path);
      if (path === "/images/get") {
        if (name === lost) return fail(response);
        return response.end(readFileSync(writeArchive(folder.in(`${name}.tar`), dockerClassic(of(name)))));
      }
      response.setHeader("content-type", "application/json");
      if (path === "/images/json") {
        return response.end(
          JSON.stringify(names.map((id) => ({ Id: id, RepoTags: [`${id}:1`], Created: 1, Size: 7 }))),
        );
      }
      if (name === "") return response.end("{}");
      return response.end(JSON.stringify({ Id: name, RepoTags: [`${name}:1`], RootFS: { Layers: [] } }));
    };
    const { text: host } = await engines.listen(answer, "1.41");
    return { asked, options: { docker: { host } } };
  }

  test.each<[string, (response: ServerResponse) => void]>([
    ["it answers with an error", (response) => response.writeHead(500).end('{"message":"layer is gone"}')],
    [
      "it ends what it sends with an error",
      (response) => {
        response.write(new Uint8Array(1024));
        response.end('{"errorDetail":{"message":"layer is gone"}}');
      },
    ],
  ])("are analyzed, except for one that it lost: %s", async (_, fail) => {
    const { options } = await dockerThatLost("b", fail);
    const { sources, diagnostics } = await analyze([], { ...options, allOf: "docker-daemon" });
    expect(sources.map(({ names: found }) => found)).toEqual([["a:1"], ["c:1"]]);
    expect(diagnostics).toMatchObject([
      { message: expect.stringMatching(/^docker-daemon:b:1 cannot be read: .*layer is gone$/) },
    ]);
  });

  test("are opened with one question about the engine, and two about each: which to save together, and what it is now", async () => {
    const { asked, options } = await dockerThatLost("none", () => {});
    await analyze([], { ...options, allOf: "docker-daemon" });
    const about = (path: string): number => asked.filter((each) => each === path).length;
    expect([about("/version"), about("/info"), about("/images/json")]).toEqual([1, 1, 1]);
    expect(asked.filter((path) => /^\/images\/.*\/(json|history)$/.test(path)).toSorted()).toEqual(
      names.flatMap((name) => [`/images/${name}:1/json`, `/images/${name}:1/json`]),
    );
  });

  const bases = [layer(file("one", "1".repeat(1000))), layer(file("two", "2".repeat(1000)))];
  /** `a` and `c` have one base, `b` and `d` another one. */
  const fleet = ["a", "b", "c", "d"].map((name, at) =>
    image({ tags: [`${name}:1`], layers: [bases[at % 2] as (typeof bases)[number], layer(file(name))] }),
  );

  /** Docker with these images; has the names of every save, and how many archives were in scratch then. */
  async function dockerWithFleet(
    before: (saved: readonly string[], response: ServerResponse) => unknown = () => {},
    images = fleet,
  ) {
    const saves: string[][] = [];
    const archives: number[] = [];
    const scratch = mkdtempSync(folder.in("scratch-"));
    const found = (text: string) => images.filter(({ tags }) => text.includes(`${tags[0]}`));
    const { text: host } = await engines.listen((request, response) => {
      const url = new URL(request.url ?? "", "http://docker");
      const path = url.pathname.replace(/^\/v[\d.]+/, "");
      const asked = decodeURIComponent(path);
      if (path === "/images/get") {
        const names = url.searchParams.getAll("names");
        saves.push(names);
        archives.push(
          readdirSync(scratch, { recursive: true, encoding: "utf8" }).filter((at) => at.endsWith(".tar")).length,
        );
        if (before(names, response) === "answered") return;
        const saved = found(names.join()).map((each) => ({
          ...each,
          tags: each.tags.filter((at) => names.includes(at)),
        }));
        return response.end(archiveBytes(dockerHybrid(...saved)));
      }
      response.setHeader("content-type", "application/json");
      if (path === "/images/json") {
        const listed = images.map(({ tags }) => ({ Id: tags[0], RepoTags: tags, Created: 1, Size: 1 }));
        return response.end(JSON.stringify(listed));
      }
      const [one] = found(asked);
      if (one === undefined) return response.writeHead(asked.startsWith("/images/") ? 404 : 200).end("{}");
      if (asked.endsWith("/history")) return response.end(JSON.stringify([{ Size: 10 }, { Size: 1000 }]));
      const Layers = one.layers.map(({ diffId }) => diffId);
      return response.end(JSON.stringify({ Id: one.tags[0], RepoTags: one.tags, RootFS: { Layers }, Size: 1010 }));
    }, "1.41");
    return { saves, archives, scratch, options: { docker: { host }, scratch } };
  }
  const texts = fleet.map(({ tags }) => `docker-daemon:${tags[0]}`);
  const sourcesOf = ({ sources }: Awaited<ReturnType<typeof analyze>>) => sources.map(({ source }) => source);

  test.each<[string, (options: AnalyzeOptions) => ReturnType<typeof analyze>]>([
    ["as a place", (options) => analyze([], { ...options, allOf: "docker-daemon" })],
    ["one by one", (options) => analyze(texts, options)],
  ])("that share layers are saved together, and are in the result as they were named: %s", async (_, run) => {
    const { saves, archives, scratch, options } = await dockerWithFleet();
    const begun: string[] = [];
    const onProgress = (event: ProgressEvent) => void (event.type === "image" && begun.push(event.label));
    const together = await run({ ...options, onProgress });
    expect(saves).toEqual([
      ["a:1", "c:1"],
      ["b:1", "d:1"],
    ]);
    expect(archives).toEqual([1, 1]);
    expect(begun.map((text) => text.at(-3))).toEqual(["a", "c", "b", "d"]);
    expect(sourcesOf(together)).toEqual(texts);
    const alone = await Promise.all(texts.map(async (text) => (await analyze([text], options)).sources));
    expect(together.sources).toEqual(alone.flat());
    expect(readdirSync(scratch)).toEqual([]);
  });

  test("that are named twice are not saved again", async () => {
    const { saves, options } = await dockerWithFleet();
    const named = ["a", "b", "a", "c"].map((name) => `docker-daemon:${name}:1`);
    expect(sourcesOf(await analyze(named, options))).toEqual(named);
    expect(saves).toEqual([["a:1", "c:1"], ["b:1"]]);
  });

  test("are saved in halves if they cannot be saved together, so that only one is missing", async () => {
    const fleet = ["a", "b", "c", "d", "e"].map((name) =>
      image({ tags: [`${name}:1`], layers: [bases[0] as (typeof bases)[number], layer(file(name))] }),
    );
    const loseThird = (names: readonly string[], response: ServerResponse): string => {
      if (!names.includes("c:1")) return "";
      response.writeHead(500).end('{"message":"a layer is gone"}');
      return "answered";
    };
    const { saves, archives, options } = await dockerWithFleet(loseThird, fleet);
    const result = await analyze([], { ...options, allOf: "docker-daemon" });
    expect(sourcesOf(result).map((text) => text.at(-3))).toEqual(["a", "b", "d", "e"]);
    expect(result.diagnostics).toMatchObject([
      { rule: "image-unreadable", message: expect.stringMatching(/^docker-daemon:c:1 .* a layer is gone$/) },
    ]);
    const tried = [...new Set(saves.map((names) => names.map((name) => name[0]).join("")))];
    expect(tried).toEqual(["abcde", "abc", "ab", "c", "de"]);
    expect(new Set(archives)).toEqual(new Set([1]));
  });

  test("leave nothing in scratch if the run is aborted while they are saved together", async () => {
    const stop = new AbortController();
    const { saves, scratch, options } = await dockerWithFleet((names, response) => {
      if (!names.includes("d:1")) return "";
      response.write(new Uint8Array(4096), () => stop.abort(new Error("stop here")));
      return "answered";
    });
    const run = analyze([], { ...options, allOf: "docker-daemon", signal: stop.signal });
    await expect(run).rejects.toThrow("stop here");
    expect([saves.length, readdirSync(scratch)]).toEqual([2, []]);
  });

  test("are an error, and nothing in scratch, if Docker ends while it saves them together", async () => {
    const { saves, scratch, options } = await dockerWithFleet((names, response) => {
      if (!names.includes("d:1")) return "";
      void engines.stopAll();
      response.destroy();
      return "answered";
    });
    const run = analyze([], { ...options, allOf: "docker-daemon" });
    await expect(run).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE" });
    expect([saves.length, readdirSync(scratch)]).toEqual([2, []]);
  });
});
