import { describe, expect, test } from "vitest";
import { checkValues, type OwnOptions } from "../../src/check-values.ts";
import {
  type AnalyzeOptions,
  analyze,
  type CopyOptions,
  copy,
  type DaemonOptions,
  type DemoOptions,
  type DiffOptions,
  diffLayer,
  explain,
  type FlattenOptions,
  fileTree,
  flatten,
  fsdigest,
  type ImageChanges,
  type ImagesOptions,
  type InspectOptions,
  imageNames,
  images,
  type ListOptions,
  layerTree,
  listFiles,
  type MeasureOptions,
  openSideFile,
  type PlanFlattenOptions,
  parsePatternLines,
  type RegistryOptions,
  type ReportOptions,
  type RootfsOptions,
  readFile,
  report,
  type ServeOptions,
  serveReports,
  type TreeOptions,
  type VerifyOptions,
  writeDemoImage,
} from "../../src/index.ts";

type EveryOption = Required<
  AnalyzeOptions &
    CopyOptions &
    DemoOptions &
    DiffOptions &
    FlattenOptions &
    ImagesOptions &
    InspectOptions &
    ListOptions &
    MeasureOptions &
    PlanFlattenOptions &
    ReportOptions &
    ServeOptions &
    TreeOptions &
    VerifyOptions
>;

/** The compiler demands one of each name: an option that {@link checkValues} does not know cannot be missing here. */
const EVERY_OPTION: EveryOption = {
  ...{
    allOf: "docker-daemon",
    allPlatforms: true,
    annotations: {},
    architecture: "arm64",
    attestations: "drop",
    author: "",
    base: "auto",
  },
  ...{ cache: "/cache", cacheSize: 1, canonical: true, changes: [], compression: "auto", compressionLevel: 6 },
  ...{ concurrency: 1, created: "2026-01-01T00:00:00Z", dangling: true, depth: 1, directory: true, docker: {} },
  ...{ engine: "podman", env: [], exclude: [], failOn: [], flat: "", force: true, fsdigest: true, history: "keep" },
  ...{ ignore: [], ignoreCreated: true, inPlace: true, labels: [], layer: 0, layers: "", lenientTar: true },
  ...{ layersA: { first: 0 }, layersB: { first: 0, last: 1 }, limits: {}, maxLayers: 1, mergeSmallerThan: 1 },
  ...{ message: "", most: 1, onCommitted: () => {}, onProgress: () => {}, platforms: [], podman: {}, port: 1 },
  ...{ profile: "auto", provenance: "annotate", prune: [], recursive: true, references: [], referrers: true },
  ...{ registry: {}, rewriteTimestamp: true, rootfs: {}, rounds: 1, scratch: "/tmp", signal: AbortSignal.any([]) },
  ...{ split: 1, strict: true, tags: [], unsetEnv: [], unsetLabels: [], verify: true },
};

const OWN = Object.fromEntries(Object.keys(EVERY_OPTION).map((name) => [name, true])) as OwnOptions<EveryOption>;

describe("an option", () => {
  test.each([
    [{ concurrency: Number.NaN }, "concurrency: expected a whole number of 1 or more, found NaN"],
    [{ concurrency: "2" }, 'concurrency: expected a whole number of 1 or more, found "2"'],
    [{ profile: "docker" }, 'profile: expected auto or containerd or overlay2 or spec, found "docker"'],
    [{ platforms: "linux/amd64" }, 'platforms: expected an array of strings, found "linux/amd64"'],
    [{ exclude: "var" }, 'exclude: expected an array of strings, found "var"'],
    [{ tags: [1] }, "tags: expected an array of strings, found an array"],
    [{ layers: 3 }, "layers: expected a string or an array of strings, found 3"],
    [{ limits: { entries: Number.NaN } }, "limits.entries: expected a number of 0 or more, found NaN"],
    [{ limits: 5 }, "limits: expected an object, found 5"],
    [{ registry: { retry: { cap: "1s" } } }, 'registry.retry.cap: expected a number of 0 or more, found "1s"'],
    [{ layer: "0" }, 'layer: expected a number, found "0"'],
    [{ engine: "containerd" }, 'engine: expected docker or docker-daemon or podman, found "containerd"'],
    [{ cacheSize: -1 }, "cacheSize: expected a whole number of 0 or more, found -1"],
    [{ split: 126 }, "split: expected a whole number from 1 to 125, found 126"],
    [{ maxLayers: 0 }, "maxLayers: expected a whole number of 1 or more, found 0"],
    [{ mergeSmallerThan: 0.5 }, "mergeSmallerThan: expected a whole number of 1 or more, found 0.5"],
    [{ cache: "" }, 'cache: expected a path, found ""'],
    [{ registry: { authFile: "" } }, 'registry.authFile: expected a path, found ""'],
    [{ docker: { configDirectory: "" } }, 'docker.configDirectory: expected a path, found ""'],
    [{ rootfs: { config: "" } }, 'rootfs.config: expected a path, found ""'],
    [{ compression: "brotli" }, 'compression: expected auto or gzip or zstd or none, found "brotli"'],
    [{ history: "all" }, 'history: expected keep or redact or collapse or none, found "all"'],
    [{ created: new Date(0) }, "created: expected an RFC 3339 time as a string, found an object"],
    [{ annotations: { a: 1 } }, "annotations: expected an object of strings, found an object"],
    [{ signal: {} }, "signal: expected an AbortSignal, found an object"],
    [{ onProgress: null }, "onProgress: expected a function, found null"],
    [{ unsetEnv: "TOKEN" }, 'unsetEnv: expected an array of strings, found "TOKEN"'],
    [{ changes: [1] }, "changes: expected an array of strings, found an array"],
    [{ force: "false" }, 'force: expected true or false, found "false"'],
    [{ referrers: "no" }, 'referrers: expected true or false, found "no"'],
    [{ docker: "tcp://host" }, 'docker: expected an object, found "tcp://host"'],
    [{ registry: { tlsVerify: "no" } }, 'registry.tlsVerify: expected true or false, found "no"'],
    [{ registry: { credentials: { username: 1 } } }, "registry.credentials.username: expected a string, found 1"],
    [{ profile: () => "spec" }, "profile: expected auto or containerd or overlay2 or spec, found a function"],
    [{ concurrency: 2n }, "concurrency: expected a whole number of 1 or more, found a bigint"],
    [null, "the options: expected an object, found null"],
    [["force"], "the options: expected an object, found an array"],
  ])("that the compiler would have refused is refused: %o", (options, message) => {
    expect(() => checkValues(options as object, OWN)).toThrow(
      expect.objectContaining({ code: "ARGUMENT_INVALID", message: expect.stringContaining(message) }),
    );
  });

  test.each([
    [{ compresion: "zstd" }, "there is no option compresion: did you mean compression?"],
    [{ Force: true }, "there is no option Force: did you mean force?"],
    [{ "in-place": true }, "there is no option in-place: did you mean inPlace?"],
    [{ verbose: true }, "there is no option verbose"],
    [{ toString: 1 }, "there is no option toString"],
    [{ limits: { totalBites: 1 } }, "there is no option limits.totalBites: did you mean limits.totalBytes?"],
    [{ registry: { tlsVerfy: false } }, "there is no option registry.tlsVerfy: did you mean registry.tlsVerify?"],
    [
      { registry: { timeouts: { conect: 5 } } },
      "there is no option registry.timeouts.conect: did you mean registry.timeouts.connect?",
    ],
  ])("whose name does not exist is refused with the nearest one: %o", (options, message) => {
    expect(() => checkValues(options, OWN)).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID", message }));
  });

  test("of any operation is known by its name", () => {
    expect(() => checkValues(EVERY_OPTION, OWN)).not.toThrow();
  });

  test("of another operation is refused, but not one of every operation", async () => {
    const refused = (name: string) =>
      expect.objectContaining({
        code: "ARGUMENT_INVALID",
        message: `the option ${name} does not belong to this operation`,
      });
    const asked = (options: object) => options;
    await expect(copy("a.tar", "b.tar", asked({ exclude: ["var"] }))).rejects.toEqual(refused("exclude"));
    await expect(flatten("a.tar", "b.tar", asked({ most: 3 }))).rejects.toEqual(refused("most"));
    await expect(explain("a.tar", "etc", asked({ layer: 0 }))).rejects.toEqual(refused("layer"));
    await expect(diffLayer("a.tar", 0, asked({ layersA: { first: 0 } }))).rejects.toEqual(refused("layersA"));
    await expect(serveReports("a.tar", asked({ force: true }))).rejects.toEqual(refused("force"));
    const shared = asked({ strict: true, cacheSize: 0, force: undefined });
    await expect(imageNames("nobody" as "podman", shared)).rejects.toThrow("engine");
    await expect(listFiles("/no/such.tar", "", shared)).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
  });

  test("of every kind is accepted, also undefined ones", () => {
    // Each part has a type of its own, for callers who put them together.
    const docker: DaemonOptions = { host: "unix:///run/docker.sock" };
    const registry: RegistryOptions = { credentials: { username: "u", password: "p" }, tlsVerify: false };
    const rootfs: RootfsOptions = { platform: "linux/amd64" };
    const changes: ImageChanges = { author: "somebody", history: "redact" };
    const options: FlattenOptions = {
      ...{ docker, registry, rootfs, ...changes },
      ...{ platforms: ["linux/amd64"], profile: "auto", concurrency: 3, cache: undefined, cacheSize: 0 },
      ...{ limits: { entries: Number.POSITIVE_INFINITY, compressionRatio: 1.5, layers: undefined } as object },
      ...{ signal: AbortSignal.any([]), onProgress: () => {}, layers: "1-", tags: [], annotations: { a: "b" } },
    };
    expect(() => checkValues(options, OWN)).not.toThrow();
  });

  test("is checked before anything is opened, whatever is asked for", async () => {
    const refused = expect.objectContaining({ code: "ARGUMENT_INVALID" });
    await expect(flatten("/no/such", "/no/such/either", { concurrency: 0 })).rejects.toEqual(refused);
    await expect(flatten(undefined as unknown as string, undefined)).rejects.toEqual(
      expect.objectContaining({ code: "REFERENCE_INVALID" }),
    );
    await expect(analyze(["/no/such"], { most: -1 })).rejects.toEqual(refused);
    await expect(fileTree("/no/such", "", { depth: Number.NaN })).rejects.toEqual(refused);
    await expect(serveReports(undefined, { port: 70_000 })).rejects.toEqual(refused);
  });
});

describe("an argument", () => {
  const wrong = 5 as unknown as string;
  const refused = (message: string) => expect.objectContaining({ code: "ARGUMENT_INVALID", message });

  test("that the compiler would have refused is refused", async () => {
    const list = 'sources: expected an array of strings, found "app.tar"';
    await expect(analyze("app.tar" as unknown as string[])).rejects.toEqual(refused(list));
    const path = refused("path: expected a string, found 5");
    await expect(listFiles("app.tar", wrong)).rejects.toEqual(path);
    await expect(fileTree("app.tar", wrong)).rejects.toEqual(path);
    await expect(explain("app.tar", wrong)).rejects.toEqual(path);
    await expect(readFile("app.tar", wrong, { take() {} })).rejects.toEqual(path);
    const take = { take: null as unknown as () => void };
    await expect(readFile("app.tar", "a", take)).rejects.toEqual(refused("take: expected a function, found null"));
    const noOptions = undefined as unknown as { take(): void };
    await expect(readFile("app.tar", "a", noOptions)).rejects.toEqual(
      refused("options: expected an object, found nothing"),
    );
    const noNumber = "0" as unknown as number;
    await expect(diffLayer("app.tar", noNumber)).rejects.toEqual(refused('layer: expected a number, found "0"'));
    const nothing = {} as { images: [] };
    expect(() => layerTree(nothing)).toThrow(refused("result: expected a list of images, found an object"));
    expect(() => parsePatternLines(wrong)).toThrow(refused("patterns must be a string"));
    await expect(images(wrong)).rejects.toEqual(refused("place: expected a string, found 5"));
    await expect(report("app.tar", "a\0b")).rejects.toEqual(refused('output: expected a path, found "a\\u0000b"'));
    const engine = 'engine: expected docker-daemon or podman, found "containerd"';
    await expect(imageNames("containerd" as "podman")).rejects.toEqual(refused(engine));
    await expect(writeDemoImage(wrong)).rejects.toEqual(refused("output: expected a path, found 5"));
  });

  test("of a side file is refused before any work is done", async () => {
    const { signal } = new AbortController();
    const options = { option: "--digestfile", sources: [], destinations: [], force: true, signal };
    const path = (found: string) => refused(`--digestfile: expected a path, found ${found}`);
    await expect(openSideFile("", options)).rejects.toEqual(path('""'));
    await expect(openSideFile(wrong, options)).rejects.toEqual(path("5"));
    const noOptions = undefined as unknown as typeof options;
    await expect(openSideFile("digest", noOptions)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });

  test("that is not a string is told apart from an empty reference", async () => {
    const reference = (message: string) => expect.objectContaining({ code: "REFERENCE_INVALID", message });
    await expect(fsdigest(wrong)).rejects.toEqual(reference("a reference must be a string"));
    await expect(fsdigest("")).rejects.toEqual(reference("a reference is empty"));
    await expect(report(wrong, "report.html")).rejects.toEqual(reference("a reference must be a string"));
  });
});
