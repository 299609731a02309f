import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CopyOptions, type CopyResult, copy, inspect } from "../../src/index.ts";
import { compareTrees } from "../support/compare-trees.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import type { CorpusImage } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { API_ENGINES, engineClient } from "../support/engine-copy.ts";
import type { Engine } from "../support/engines/engine.ts";
import { type ApiEngine, engineSockets } from "../support/engines/engine-set.ts";
import { imageBlobs, layoutFiles, saved, writeFolder } from "../support/image-archives.ts";
import { blob, descriptor, type FixtureImage, image, imageIndex, json } from "../support/image-fixture.ts";
import { observe } from "../support/observe.ts";
import { debianProgram } from "../support/registry/debian-program.ts";
import { type RegistryServer, startRegistry } from "../support/registry/registry-server.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";
import { snapshotTree } from "../support/tree-snapshot.ts";
import { watchEngine } from "../support/watch-engine.ts";

const run = promisify(execFile);
/** Where the harness looks for an image without an ID. */
const NAME = "planish-e2e:current";
/** Engines that keep the manifest that was sent; the others generate a new one when asked. */
const KEEPS_MANIFESTS: ReadonlySet<ApiEngine> = new Set(["docker26Containerd"]);

e2eSuite("A copied image", (workshop) => {
  const folder = testFolder();
  let exotic: CorpusImage;
  let server: RegistryServer;
  let pushed: CopyResult;
  beforeAll(async () => {
    server = await startRegistry();
    exotic = exoticImage(workshop);
    // Like a push from Docker: layers compressed with gzip, Docker's media types.
    pushed = await copy(exotic.archive, `docker://${server.host}/from/exotic:1`, { compression: "gzip" });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const engineOptions = (name: ApiEngine): CopyOptions => {
    const host = `unix://${engineSockets(workshop.namespace)[name]}`;
    return name.startsWith("podman") ? { podman: { host } } : { docker: { host } };
  };
  const inEngine = (name: ApiEngine, image: string) =>
    `${name.startsWith("podman") ? "podman" : "docker-daemon"}:${image}`;
  const skopeo = async (...args: readonly string[]): Promise<string> => {
    const [command = "skopeo", ...rest] = debianProgram("skopeo") ?? [];
    return (await run(command, [...rest, "--insecure-policy", ...args], { maxBuffer: 1e8 })).stdout;
  };
  /** The filesystem of the single image in an archive, as an engine mounts it. */
  const treeOf = async (engine: Engine, archive: string) => {
    const id = await engine.load(archive);
    try {
      return await engine.mount(id, snapshotTree);
    } finally {
      await engine.remove(id);
    }
  };

  it.each(API_ENGINES)(
    "comes from a registry into %s as if it had been loaded, runs, and goes back as it was",
    async (name) => {
      const engine = workshop.engines[name];
      const original = await observe(engine, await engine.load(exotic.archive), exotic);
      const reference = inEngine(name, NAME);
      const options = engineOptions(name);
      await copy(`docker://${server.host}/from/exotic:1`, reference, options);
      const back = await copy(reference, `docker://${server.host}/back/${name.toLowerCase()}:1`, options);
      const copied = await observe(engine, NAME, exotic);
      expect({ ...copied, tree: undefined }).toEqual({ ...original, tree: undefined });
      expect(compareTrees(original.tree, copied.tree)).toEqual([]);

      expect(back.images[0]?.config).toBe(pushed.images[0]?.config);
      expect(back.images[0]?.layers).toHaveLength(pushed.images[0]?.layers.length ?? 0);
      for (const { mediaType } of back.images[0]?.layers ?? []) expect(mediaType).toMatch(/gzip$/);
      if (KEEPS_MANIFESTS.has(name)) expect(back.digest).toBe(pushed.digest);
    },
  );

  it("keeps its digest in other repositories, for every reader", async () => {
    const { digest, identical } = await copy(
      `docker://${server.host}/from/exotic:1`,
      `docker://${server.host}/to/exotic:1`,
    );
    expect([digest, identical]).toEqual([pushed.digest, true]);
    const source = `docker://${server.host}/to/exotic:1`;
    const read = await skopeo("inspect", "--tls-verify=false", "--format", "{{.Digest}}", source);
    expect(read.trim()).toBe(pushed.digest);
    const layout = `oci:${folder.in("skopeo")}:1`;
    await skopeo("copy", "--src-tls-verify=false", source, layout);
    const written = await inspect(layout);
    expect((await copy(layout, `docker://${server.host}/skopeo/exotic:1`)).digest).toBe(written.digest);
    expect((await copy(layout, `oci-archive:${folder.in("skopeo.tar")}:1`)).digest).toBe(written.digest);
  });

  it("is an index with all its attestations in a registry, from which skopeo copies it all", async () => {
    const images = [image({ compression: "gzip" }), image({ architecture: "arm64", compression: "gzip" })] as const;
    const { index, files } = indexWithAttestations(images);
    const layout = writeFolder(folder.in("index"), [...files, ...layoutFiles([descriptor(index)])]);
    const target = `docker://${server.host}/index/app:1`;
    expect(await copy(`oci:${layout}`, target)).toMatchObject({
      identical: true,
      others: [{}, {}].map(() => expect.any(String)),
    });
    expect(await skopeo("inspect", "--raw", "--tls-verify=false", target)).toBe(Buffer.from(index.bytes).toString());
    await skopeo("copy", "--all", "--src-tls-verify=false", target, `dir:${folder.in("all")}`);
    const again = await copy(target, `docker://${server.host}/index/other:1`);
    expect(again.digest).toBe(index.digest);
    expect((await copy(target, `oci:${folder.in("one")}:1`, { platforms: ["linux/arm64"] })).digest).toBe(
      images[1].oci.digest,
    );
  });

  it("in archives of either kind loads in every engine, even from zstd, which Docker 20.10 cannot read", async () => {
    const zstd = `oci:${folder.in("zstd")}:1`;
    await copy(exotic.archive, zstd, { compression: "zstd" });
    const archive = join(workshop.folder, "gzip.tar");
    const { images } = await copy(zstd, `docker-archive:${archive}`, { tags: ["copy.test/archive:1"] });
    expect(images[0]?.diagnostics.map(({ rule }) => rule)).toContain("layer-recompressed");
    for (const engine of [workshop.engines.docker20, workshop.engines.podman4, workshop.engines.containerd]) {
      const expected = await treeOf(engine, exotic.archive);
      expect(compareTrees(expected, await treeOf(engine, archive))).toEqual([]);
    }
    const { umoci } = workshop.engines;
    const layout = join(workshop.folder, "umoci");
    await copy(zstd, `oci:${layout}:1`, { compression: "gzip" });
    const expected = await treeOf(umoci, exotic.archive);
    expect(compareTrees(expected, await umoci.mount(umoci.loadLayout(layout, "1"), snapshotTree))).toEqual([]);
  });

  it.each(API_ENGINES)(
    "of zstd layers is copied to %s with all its layers, even if that cannot read zstd",
    async (name) => {
      const zstd = `oci:${folder.in("zstd")}:1`;
      await copy(exotic.archive, zstd, { compression: "zstd" });
      const engine = workshop.engines[name];
      const expected = await treeOf(engine, exotic.archive);
      const { images } = await copy(zstd, inEngine(name, NAME), engineOptions(name));
      const kept = KEEPS_MANIFESTS.has(name) ? "copied" : "recompressed";
      expect(new Set(images[0]?.layers.map(({ method }) => method))).toEqual(new Set([kept]));
      const copied = await observe(engine, NAME, exotic);
      expect(compareTrees(expected, copied.tree)).toEqual([]);
    },
  );

  it("is a whole index in a containerd store if requested, and the host's image otherwise", async () => {
    const images = [image({ compression: "gzip" }), image({ architecture: "arm64", compression: "gzip" })] as const;
    const { index, files } = indexWithAttestations(images);
    const layout = `oci:${writeFolder(folder.in("index"), [...files, ...layoutFiles([descriptor(index)])])}`;
    const options = engineOptions("docker26Containerd");
    const one = await copy(layout, "docker-daemon:copy.test/multi:1", options);
    expect(one.digest).toBe(images[process.arch === "arm64" ? 1 : 0].oci.digest);
    const whole = await copy(layout, "docker-daemon:copy.test/multi:1", {
      ...options,
      allPlatforms: true,
      force: true,
    });
    expect([whole.identical, whole.digest, whole.others.length]).toEqual([true, index.digest, 2]);
    const back = await copy("docker-daemon:copy.test/multi:1", `oci:${folder.in("back")}:1`, options);
    await workshop.engines.docker26Containerd.remove("copy.test/multi:1");
    expect([back.identical, back.digest, back.others.length]).toEqual([true, index.digest, 2]);
    const classic = copy(layout, "docker-daemon:copy.test/multi:1", {
      ...engineOptions("docker26"),
      allPlatforms: true,
    });
    await expect(classic).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });

  it.each(API_ENGINES)("leaves nothing in %s after an abort, and no scratch", async (name) => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, name, context);
    const changed = await watchEngine(client, ["copy.test/aborted:1"]);
    const abort = new AbortController();
    const scratch = folder.in(".");
    const aborted = copy(`docker://${server.host}/from/exotic:1`, inEngine(name, "copy.test/aborted:1"), {
      ...engineOptions(name),
      scratch,
      signal: abort.signal,
      onProgress: ({ type }) => {
        if (type === "advanced") abort.abort(new Error("enough"));
      },
    });
    await expect(aborted).rejects.toThrow("enough");
    expect(await changed()).toEqual([]);
    expect(readdirSync(join(scratch))).toEqual([]);
  });
});

/** An index of images with all its blobs, as files of a layout. */
function indexWithAttestations(images: readonly FixtureImage[]) {
  const { index, attestations } = imageIndex(...images);
  const statements = images.map(({ oci }) => blob("", json({ subject: oci.digest })));
  const unknown = blob("", json({ architecture: "unknown", os: "unknown" }));
  const blobs = [...attestations, ...statements, unknown, index].map(saved);
  return { index, files: [...images.flatMap(imageBlobs), ...blobs] };
}
