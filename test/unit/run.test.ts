import { mkdirSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { describe, expect, it, vi } from "vitest";
import * as planish from "../../src/index.ts";
import { planOptions, startRun } from "../../src/run.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { file, layer } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();

describe("the scratch of a run", () => {
  const app = image({ tags: ["app:1"], layers: [layer(file("a", "1")), layer(file("a", "2"))] });
  const take = (): void => {};
  const operations: Record<string, (source: string, options: { readonly scratch: string }) => Promise<unknown>> = {
    analyze: (source, options) => planish.analyze([source], options),
    copy: (source, options) => planish.copy(source, `docker-archive:${folder.in("copy.tar")}`, options),
    diff: (source, options) => planish.diff(source, source, options),
    explain: (source, options) => planish.explain(source, "a", options),
    fileTree: (source, options) => planish.fileTree(source, "", options),
    flatten: (source, options) => planish.flatten(source, `docker-archive:${folder.in("flat.tar")}`, options),
    fsdigest: (source, options) => planish.fsdigest(source, options),
    history: (source, options) => planish.history(source, options),
    images: (source, options) => planish.images(source, options),
    inspect: (source, options) => planish.inspect(source, options),
    listFiles: (source, options) => planish.listFiles(source, "", options),
    planFlatten: (source, options) => planish.planFlatten(source, undefined, options),
    readFile: (source, options) => planish.readFile(source, "a", { ...options, take }),
    report: (source, options) => planish.report(source, folder.in("report.html"), options),
    async serveReports(source, options) {
      const server = await planish.serveReports(source, options);
      await server[Symbol.asyncDispose]();
    },
    verify: (source, options) => planish.verify(source, source, options),
  };

  it.each(Object.entries(operations))("is gone with the end of %s", async (_, operation) => {
    const scratch = folder.in("scratch");
    mkdirSync(scratch);
    // A compressed archive is inflated into the scratch.
    const source = writeArchive(folder.in("app.tar.gz"), dockerClassic(app), "gzip");
    await operation(`docker-archive:${source}`, { scratch });
    expect(readdirSync(scratch)).toEqual([]);
  });
});

describe("the default concurrency", () => {
  const [MIB, cores] = [2 ** 20, availableParallelism()];

  it.each([
    ["is one per core without a limit on memory", 0, cores],
    ["is the same with a limit that means none", 2 ** 64, cores],
    ["is one per 32 MiB of a limit", 63 * MIB, 1],
    ["is never less than one", 8 * MIB, 1],
  ])("%s", (_, memory, concurrency) => {
    using constrained = vi.spyOn(process, "constrainedMemory").mockReturnValue(memory);
    expect(startRun({}, {}).context.concurrency).toBe(concurrency);
    expect(startRun({ concurrency: 99 }, {}).context.concurrency).toBe(99);
    expect(constrained).toHaveBeenCalled();
  });
});

describe("the size of the cache", () => {
  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("is a whole number of bytes, and not %d", (cacheSize) => {
    expect(() => startRun({ cacheSize }, {})).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" }));
  });
});

describe("the profile", () => {
  const profileOf = (profile: "auto" | "spec" | undefined, view: "overlay2" | "containerd" | undefined) =>
    planOptions(profile === undefined ? {} : { profile }, { view }, startRun({}, {}).context).profile;

  it("is by default that of the engine which the image comes from", () => {
    expect(profileOf(undefined, "overlay2")).toBe("overlay2");
    expect(profileOf("auto", "overlay2")).toBe("overlay2");
    expect(profileOf("auto", "containerd")).toBe("containerd");
  });

  it("is containerd's where the image comes from no engine", () => {
    expect(profileOf("auto", undefined)).toBe("containerd");
  });

  it("is the one asked for, whatever the engine", () => {
    expect(profileOf("spec", "overlay2")).toBe("spec");
  });
});
