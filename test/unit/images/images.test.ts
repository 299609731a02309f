import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { copy } from "../../../src/copy.ts";
import { loadImages } from "../../../src/image/load-images.ts";
import { images } from "../../../src/images/images.ts";
import { inspect } from "../../../src/inspect/inspect.ts";
import { Archive } from "../../../src/transport/archive/archive.ts";
import { openPlace } from "../../../src/transport/open-place.ts";
import { NO_SERVERS } from "../../../src/transport/servers.ts";
import {
  dockerClassic,
  dockerHybrid,
  imageBlobs,
  layoutFiles,
  ociLayout,
  saved,
  writeArchive,
  writeFolder,
} from "../../support/image-archives.ts";
import { blob, descriptor, image, imageIndex, json, sampleLayers } from "../../support/image-fixture.ts";
import { file, layer } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";
import { transportContext } from "../../support/transport-context.ts";

const folder = testFolder();
const base = image({ tags: ["team/base:1"] });
const above = image({ tags: ["app:1", "app:2"], layers: [...sampleLayers(), layer(file("top", "t"))] });
const nameless = image({ layers: [layer(file("alone", "a"))] });

describe("the images of an archive or a layout", () => {
  test.each([
    ["docker save before 25", dockerClassic],
    ["docker save since 25", dockerHybrid],
  ])("as %s wrote it are listed with their names, IDs and layers", async (_, write) => {
    const path = writeArchive(folder.in("saved.tar"), write(base, above, nameless));
    const { place, images: found, layers, size, unsharedSize, diagnostics } = await images(path);
    expect([place, diagnostics]).toEqual([path, []]);
    expect(found.map(({ names }) => names)).toEqual([[], ["app:1", "app:2"], ["team/base:1"]]);
    expect(found.map(({ id }) => id)).toEqual([nameless, above, base].map(({ config }) => blob("", config).digest));
    expect(found[1]).toMatchObject({ created: "2024-05-06T07:08:09.123456789Z", platform: "linux/amd64" });
    expect(found[1]?.layers.map(({ diffId }) => diffId)).toEqual(above.layers.map(({ diffId }) => diffId));
    expect(found[1]?.layers[1]?.chainId).toBe(found[2]?.layers[1]?.chainId);
    const sizes = new Map(
      [base, above, nameless].flatMap((each) => each.layers.map(({ diffId, tar }) => [diffId, tar.length])),
    );
    expect([layers, size]).toEqual([4, [...sizes.values()].reduce((sum, bytes) => sum + bytes)]);
    expect(unsharedSize).toBe(size + base.layers.reduce((sum, { tar }) => sum + tar.length, 0));
  });

  test.each([
    ["docker save before 25", dockerClassic],
    ["docker save since 25", dockerHybrid],
  ])("are listed with one look at what they have in common, as %s wrote it", async (_, write) => {
    const path = writeArchive(folder.in("saved.tar"), write(base, above, nameless));
    const asked = vi.spyOn(Archive.prototype, "file");
    onTestFinished(() => asked.mockRestore());
    await images(path);
    const names = asked.mock.calls.map(([name]) => name);
    for (const common of ["manifest.json", "oci-layout"]) {
      expect(names.filter((name) => name === common)).toHaveLength(1);
    }
  });

  test.runIf(existsSync("/proc/self/fd"))("leave no files open that only one of them needs", async () => {
    const context = transportContext(folder.path);
    onTestFinished(() => context[Symbol.asyncDispose]());
    const layout = writeFolder(folder.in("layout"), ociLayout(base, above, nameless));
    const reference = { transport: "oci", path: layout, text: `oci:${layout}` } as const;
    const place = await openPlace({ kind: "file", text: reference.text, reference }, context, NO_SERVERS);
    onTestFinished(() => place[Symbol.asyncDispose]());
    for await (const placed of place.sources) {
      const { images: found } = await placed.use((source) => loadImages(source, { all: true }, context));
      expect(found).toHaveLength(1);
      expect(openFiles(layout).map((path) => basename(path))).toEqual(["oci-layout", "index.json"]);
    }
  });

  test("can be asked for by their references, named or not", async () => {
    const saved = writeArchive(folder.in("saved.tar"), dockerClassic(base, above, nameless));
    const named = descriptor(above.oci, { annotations: { "org.opencontainers.image.ref.name": "1.0" } });
    const entries = layoutFiles([descriptor(nameless.oci), named]);
    const layout = writeFolder(folder.in("layout"), [...[above, nameless].flatMap(imageBlobs), ...entries]);
    const told: string[] = [];
    for (const place of [saved, `oci:${layout}`]) {
      for (const { reference, id } of (await images(place)).images) {
        told.push(reference);
        expect((await inspect(reference)).images[0]?.config.digest).toBe(id);
      }
    }
    expect(told.map((reference) => reference.replace(/^.*(?=saved|layout)/, "")).sort()).toEqual([
      "layout:1.0",
      "layout:@0",
      "saved.tar:@2",
      "saved.tar:app:1",
      "saved.tar:team/base:1",
    ]);
    const [second] = (await images(saved, { references: ["*:2"] })).images;
    expect(second?.reference).toBe(`docker-archive:${saved}:app:2`);
  });

  test("are one for each platform of an index, without its attestations", async () => {
    const [amd64, arm64] = [image(), image({ architecture: "arm64" })];
    const { index, attestations } = imageIndex(amd64, arm64);
    const blobs = [...[amd64, arm64].flatMap(imageBlobs), saved(index), ...attestations.map(saved)];
    const named = descriptor(index, { annotations: { "org.opencontainers.image.ref.name": "1.0" } });
    const layout = writeFolder(folder.in("layout"), [...blobs, ...layoutFiles([named])]);
    const { images: found, place } = await images(`oci:${layout}`);
    expect([place, found.map(({ names, platform, digest }) => [names, platform, digest])]).toEqual([
      `oci:${layout}`,
      [
        [["1.0"], "linux/amd64", amd64.oci.digest],
        [["1.0"], "linux/arm64", arm64.oci.digest],
      ],
    ]);
  });

  test("that are damaged or missing are reported, and the others listed", async () => {
    const good = ociLayout(base).filter(({ path }) => path !== "index.json");
    const bad = blob(above.oci.mediaType, json({ schemaVersion: 2 }));
    const entries = [descriptor(base.oci), descriptor(bad), descriptor(nameless.oci)];
    const layout = writeFolder(folder.in("layout"), [...good, saved(bad), ...layoutFiles(entries)]);
    const { images: found, diagnostics } = await images(layout);
    expect(found.map(({ digest }) => digest)).toEqual([base.oci.digest]);
    expect(diagnostics.map(({ rule }) => rule)).toContain("image-unreadable");
  });

  test("are only the one that was named, or an error if it does not exist", async () => {
    const archive = writeArchive(folder.in("saved.tar"), dockerClassic(base, above, nameless));
    const layout = writeFolder(folder.in("layout"), ociLayout(base, above));
    const named = async (place: string) => (await images(place)).images.map(({ names }) => names);
    expect(await named(`docker-archive:${archive}:app:2`)).toEqual([["app:2"]]);
    expect(await named(`docker-archive:${archive}:@1`)).toEqual([["app:1", "app:2"]]);
    expect(await named(`oci:${layout}:team/base:1`)).toEqual([["team/base:1"]]);
    for (const place of [`docker-archive:${archive}:none`, `oci:${layout}:none`, `oci:${layout}:@9`])
      await expect(images(place)).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
  });

  test("are found under a name without a slash too, where Docker has none of it", async () => {
    writeFolder(folder.in("layout"), ociLayout(base));
    const here = process.cwd();
    process.chdir(folder.path);
    onTestFinished(() => process.chdir(here));
    const docker = { host: `unix://${folder.in("no.sock")}` };
    const { place, images: found } = await images("layout", { docker });
    expect([place, found.map(({ digest }) => digest)]).toEqual(["layout", [base.oci.digest]]);
    await expect(images("other", { docker })).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE" });
  });

  test("what copy wrote is what is listed", async () => {
    await copy(writeArchive(folder.in("a.tar"), dockerHybrid(base)), `oci-archive:${folder.in("b.tar")}`, {
      tags: ["x/y:1"],
    });
    const { images: found } = await images(`oci-archive:${folder.in("b.tar")}`);
    expect(found.map(({ names, digest }) => [names, digest])).toEqual([[["x/y:1"], base.oci.digest]]);
  });
});

describe("a filter", () => {
  const listed = async (options: Parameters<typeof images>[1]) => {
    const path = writeArchive(folder.in("saved.tar"), dockerClassic(base, above, nameless));
    return (await images(path, options)).images.map(({ names }) => names);
  };

  test.each([
    [{ dangling: true }, [[]]],
    [{ dangling: false }, [["app:1", "app:2"], ["team/base:1"]]],
    [{ references: ["app"] }, [["app:1", "app:2"]]],
    [{ references: ["*:2"] }, [["app:2"]]],
    [{ references: ["*/b[a-c]se", "a?p:1"] }, [["app:1"], ["team/base:1"]]],
    [{ references: ["*"] }, [["app:1", "app:2"]]],
    [{ references: ["app+"] }, []],
  ])("%j leaves %j", async (options, expected) => {
    expect(await listed(options)).toEqual(expected);
  });

  test("a pattern with a range that ends before it starts is refused", async () => {
    const path = writeArchive(folder.in("saved.tar"), dockerClassic(base));
    await expect(images(path, { references: ["app[z-a]"] })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: 'not a pattern of image names: "app[z-a]"',
    });
  });
});

test.each([
  ["-", "REFERENCE_INVALID"],
  ["container:web", "REFERENCE_INVALID"],
  ["dir:/x", "REFERENCE_INVALID"],
  ["/not/there", "SOURCE_NOT_FOUND"],
])("%s has no images: %s", async (place, code) => {
  await expect(images(place)).rejects.toMatchObject({ code });
});

/** The files below a folder that this process has open. */
function openFiles(path: string): string[] {
  const targets = readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
  return targets.filter((target) => target.startsWith(path));
}
