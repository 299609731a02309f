import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { copy } from "../../src/copy.ts";
import type { CopyOptions } from "../../src/copy-options.ts";
import { flatten } from "../../src/flatten.ts";
import { inspect } from "../../src/inspect/inspect.ts";
import { readIndexEntry } from "../support/flat-layout.ts";
import {
  dockerClassic,
  dockerHybrid,
  imageBlobs,
  layoutFiles,
  ociLayout,
  type SavedFile,
  saved,
  writeArchive,
  writeFolder,
} from "../support/image-archives.ts";
import {
  blob,
  descriptor,
  type FixtureBlob,
  type FixtureImage,
  image,
  imageIndex,
  json,
} from "../support/image-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();
const rules = (found: readonly { readonly rule: string }[]): string[] => found.map(({ rule }) => rule);

/** A layout in a folder that holds these files, one entry in its index. */
function layoutOf(root: FixtureBlob, files: readonly SavedFile[]): string {
  return `oci:${writeFolder(folder.in("source"), [...files, saved(root), ...layoutFiles([descriptor(root)])])}`;
}

const dockerBlobs = ({ layers, config, docker }: FixtureImage): SavedFile[] => [
  ...layers.map((each) => saved(each.docker)),
  saved(blob("", config)),
  saved(docker),
];

describe("an image that the destination accepts as it is", () => {
  const app = image({ tags: ["app:1"], compression: "gzip" });

  test("keeps a name with its digest, which a flat image of it does not get", async () => {
    const name = `docker.io/library/app@${app.oci.digest}`;
    const entry = descriptor(app.oci, { annotations: { "org.opencontainers.image.ref.name": name } });
    const source = writeFolder(folder.in("source"), [...imageBlobs(app), ...layoutFiles([entry])]);
    expect((await copy(source, `oci:${folder.in("copy")}`)).tags).toEqual([name]);
    expect(readIndexEntry(folder.in("copy")).text).toBe(Buffer.from(app.oci.bytes).toString());
    expect((await flatten(source, `oci:${folder.in("flat")}`, { history: "collapse" })).tags).toEqual([]);
  });

  test("arrives byte for byte, from a layout through both archives to a layout", async () => {
    const steps = [
      `oci-archive:${folder.in("a.tar")}:1`,
      `docker-archive:${folder.in("b.tar")}`,
      `oci:${folder.in("l")}:1`,
    ];
    let source = layoutOf(app.oci, imageBlobs(app));
    for (const destination of steps) {
      const { digest, identical, images, diagnostics } = await copy(source, destination, { tags: ["app:1"] });
      expect([digest, identical, diagnostics, images[0]?.diagnostics]).toEqual([app.oci.digest, true, [], []]);
      expect(images[0]?.layers.map(({ method }) => method)).toEqual(["copied", "copied"]);
      source = destination;
    }
    const blobs = join(folder.in("l"), "blobs/sha256");
    for (const { path, bytes = new Uint8Array() } of imageBlobs(app)) {
      expect(readFileSync(join(folder.in("l"), path)).equals(bytes)).toBe(true);
    }
    expect(readdirSync(blobs)).toHaveLength(4);
  });

  test("is not written again if the destination has it", async () => {
    const source = layoutOf(app.oci, imageBlobs(app));
    const target = `oci:${folder.in("there")}`;
    await copy(source, `${target}:1`);
    const again = await copy(source, `${target}:2`);
    expect(again.images[0]?.layers.map(({ method }) => method)).toEqual(["present", "present"]);
    await expect(copy(source, `${target}:2`)).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
    expect(await copy(source, `${target}:2`, { force: true })).toMatchObject({ identical: true });
  });

  test("keeps Docker's media types in a docker-archive, and every copy of an archive is the same", async () => {
    const source = layoutOf(app.docker, dockerBlobs(app));
    const [one, two] = [folder.in("1.tar"), folder.in("2.tar")];
    expect((await copy(source, `docker-archive:${one}`, { tags: ["app:1"] })).digest).toBe(app.docker.digest);
    await copy(source, `docker-archive:${two}`, { tags: ["app:1"] });
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  });
});

describe("an index", () => {
  const [amd64, arm64] = [image({ compression: "gzip" }), image({ architecture: "arm64", compression: "zstd" })];
  const { index, attestations } = imageIndex(amd64, arm64);
  const source = () =>
    layoutOf(index, [...[amd64, arm64].flatMap(imageBlobs), ...attestations.map(saved), ...statements]);
  const statements = [amd64, arm64].map(({ oci }) =>
    saved(blob("application/vnd.in-toto+json", json({ subject: oci.digest }))),
  );
  const unknown = saved(blob("", json({ architecture: "unknown", os: "unknown" })));

  const whole = () => {
    const text = source();
    writeFolder(folder.in("source"), [unknown]);
    return text;
  };
  const into = (options: CopyOptions) => copy(whole(), `oci:${folder.in("copy")}:x`, options);

  test("arrives whole, with its attestations, under the same digest", async () => {
    const { digest, identical, others, images, diagnostics } = await into({});
    expect([digest, identical, diagnostics]).toEqual([index.digest, true, []]);
    expect(others).toEqual(attestations.map((each) => each.digest));
    expect(images.map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64"]);
    for (const { path, bytes = new Uint8Array() } of [...statements, unknown, ...attestations.map(saved)]) {
      expect(readFileSync(join(folder.in("copy"), path)).equals(bytes)).toBe(true);
    }
  });

  test("with one platform asked for becomes that image, and reports that its attestation is left out", async () => {
    const { digest, others, diagnostics } = await into({ platforms: ["linux/arm64"] });
    expect([digest, others, rules(diagnostics)]).toEqual([arm64.oci.digest, [], ["attestation-dropped"]]);
  });

  test("with some platforms asked for keeps the attestations of those", async () => {
    const more = image({ architecture: "s390x" });
    const three = imageIndex(amd64, arm64, more);
    const statement = saved(blob("application/vnd.in-toto+json", json({ subject: more.oci.digest })));
    const files = [
      ...[amd64, arm64, more].flatMap(imageBlobs),
      ...three.attestations.map(saved),
      ...statements,
      statement,
      unknown,
    ];
    const { others, diagnostics, identical } = await copy(layoutOf(three.index, files), `oci:${folder.in("two")}:x`, {
      platforms: ["linux/amd64", "linux/s390x"],
    });
    const kept = [three.attestations[0]?.digest, three.attestations[2]?.digest];
    expect([others, diagnostics, identical]).toEqual([kept, [], false]);
    const { manifests } = readIndexEntry(folder.in("two")).json as { manifests: readonly { digest: string }[] };
    expect(manifests.map(({ digest }) => digest)).toEqual([amd64.oci.digest, more.oci.digest, ...kept]);
  });

  test("loses the attestations of images that change, and keeps the others", async () => {
    const { others, diagnostics, images } = await into({ compression: "zstd" });
    expect(others).toEqual([attestations[1]?.digest]);
    expect(rules(diagnostics)).toEqual(["attestation-dropped"]);
    expect(images.map(({ manifest, sourceManifest }) => manifest === sourceManifest)).toEqual([false, true]);
  });

  test("loses an attestation of which nobody can tell what it is about, if any image changes", async () => {
    const text = Buffer.from(index.bytes).toString().replace(`"${amd64.oci.digest}"}`, '"the first image"}');
    const unclear = blob(index.mediaType, Buffer.from(text));
    const files = [...[amd64, arm64].flatMap(imageBlobs), ...attestations.map(saved), ...statements, unknown];
    const copied = (options: CopyOptions, to: string) =>
      copy(layoutOf(unclear, files), `oci:${folder.in(to)}:x`, { ...options, force: true });
    expect(await copied({}, "same")).toMatchObject({ identical: true, diagnostics: [] });
    const { others, diagnostics } = await copied({ compression: "zstd" }, "changed");
    expect([others, rules(diagnostics)]).toEqual([[attestations[1]?.digest], ["attestation-dropped"]]);
  });
});

describe("an image that the destination does not accept as it is", () => {
  test("gets OCI's media types for a layout, and keeps all its layers and its config", async () => {
    const app = image({ compression: "gzip", config: { Healthcheck: { Test: ["CMD", "true"] } } });
    const { images, identical } = await copy(layoutOf(app.docker, dockerBlobs(app)), `oci:${folder.in("oci")}:1`);
    expect([identical, rules(images[0]?.diagnostics ?? [])]).toEqual([
      false,
      ["family-changed", "docker-fields-in-oci"],
    ]);
    const copied = (await inspect(`oci:${folder.in("oci")}:1`)).images[0];
    expect(copied?.config.digest).toBe(blob("", app.config).digest);
    expect(copied?.layers.map(({ digest, mediaType }) => [digest, mediaType])).toEqual(
      app.layers.map(({ oci }) => [oci.digest, oci.mediaType]),
    );
  });

  test("gets its zstd layers compressed with gzip for a docker-archive, all else as it was", async () => {
    const app = image({ tags: ["app:1"], compression: "zstd" });
    const target = `docker-archive:${folder.in("gzip.tar")}`;
    const { images } = await copy(layoutOf(app.oci, imageBlobs(app)), target, { tags: ["app:1"] });
    expect(rules(images[0]?.diagnostics ?? [])).toEqual(["layer-recompressed", "layer-recompressed"]);
    await copy(target, `oci:${folder.in("unpacked")}:1`);
    const copied = (await inspect(target)).images[0];
    expect(copied?.config.text).toBe(Buffer.from(app.config).toString());
    for (const [at, { digest, mediaType }] of (copied?.layers ?? []).entries()) {
      expect(mediaType).toBe("application/vnd.oci.image.layer.v1.tar+gzip");
      const bytes = readFileSync(join(folder.in("unpacked"), "blobs/sha256", digest.slice(7)));
      expect(gunzipSync(bytes).equals(app.layers[at]?.tar ?? Buffer.of())).toBe(true);
    }
  });

  test("is refused before anything is written when a layer's type is unknown there", async () => {
    const app = image();
    const strange = blob("application/vnd.oci.image.layer.v1.tar+encrypted", Buffer.from("secret"));
    const manifest = JSON.parse(Buffer.from(app.oci.bytes).toString());
    manifest.layers[0] = descriptor(strange);
    const source = layoutOf(blob(app.oci.mediaType, json(manifest)), [...imageBlobs(app), saved(strange)]);
    await expect(copy(source, `docker-archive:${folder.in("no.tar")}`)).rejects.toMatchObject({
      code: "DESTINATION_REFUSED",
      stage: "plan",
      details: { layer: 0 },
    });
    expect((await copy(source, `oci:${folder.in("yes")}:1`)).identical).toBe(true);
  });
});

describe("an archive that has no manifest of its own", () => {
  const app = image({ tags: ["app:1"] });

  test("gets its plain layers compressed for a layout, as a push of Docker does", async () => {
    const source = writeArchive(folder.in("classic.tar"), dockerClassic(app));
    const { images } = await copy(source, `oci:${folder.in("oci")}:1`);
    expect(new Set(rules(images[0]?.diagnostics ?? []))).toEqual(new Set(["family-changed", "layer-compressed"]));
    expect(new Set(images[0]?.layers.map(({ method }) => method))).toEqual(new Set(["recompressed"]));
  });

  test("keeps them plain in another archive, and where --compression says so", async () => {
    const source = writeArchive(folder.in("classic.tar"), dockerClassic(app));
    for (const [target, options] of [
      [`docker-archive:${folder.in("plain.tar")}`, {}],
      [`oci:${folder.in("plain")}:1`, { compression: "none" }],
    ] as const) {
      const { images } = await copy(source, target, options);
      expect(images[0]?.layers.map(({ digest }) => digest)).toEqual(app.layers.map(({ diffId }) => diffId));
    }
  });

  test("differs from one that has: that one's uncompressed layers stay as they are", async () => {
    const source = writeArchive(folder.in("hybrid.tar"), dockerHybrid(app));
    expect((await copy(source, `oci:${folder.in("same")}:1`)).digest).toBe(app.oci.digest);
  });
});

describe("what cannot be flattened", () => {
  const windows = image();
  const edited = (change: (manifest: Record<string, never[]>) => void): FixtureBlob => {
    const manifest = JSON.parse(Buffer.from(windows.oci.bytes).toString());
    change(manifest);
    return blob(windows.oci.mediaType, json(manifest));
  };

  test("is copied: a foreign layer stays where it is stored, if the destination can name it", async () => {
    const foreign = descriptor(blob("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", Buffer.from("f")), {
      urls: ["https://example.com/f"],
    });
    const root = edited((manifest) => manifest.layers?.splice(0, 1, foreign as never));
    const source = layoutOf(root, imageBlobs(windows));
    const { identical, images } = await copy(source, `oci:${folder.in("foreign")}:1`);
    expect([identical, images[0]?.layers[0]?.method]).toEqual([true, "elsewhere"]);
    const refused = copy(source, `docker-archive:${folder.in("no.tar")}`);
    await expect(refused).rejects.toMatchObject({ code: "IMAGE_UNSUPPORTED", details: { layer: 0 } });
    expect(existsSync(folder.in("no.tar"))).toBe(false);
  });

  test("is copied: an image for Windows", async () => {
    const config = blob(
      "application/vnd.oci.image.config.v1+json",
      json({ ...JSON.parse(Buffer.from(windows.config).toString()), os: "windows" }),
    );
    const root = edited((manifest) => Object.assign(manifest, { config: descriptor(config) }));
    const { identical, images } = await copy(
      layoutOf(root, [...imageBlobs(windows), saved(config)]),
      `oci:${folder.in("w")}:1`,
    );
    expect([identical, images[0]?.platform]).toEqual([true, "windows/amd64"]);
  });

  test("is copied: an artifact, where there is room for one", async () => {
    const config = blob("application/vnd.example.config+json", json({}));
    const root = edited((manifest) => Object.assign(manifest, { config: descriptor(config) }));
    const source = layoutOf(root, [...imageBlobs(windows), saved(config)]);
    const { identical, images, others } = await copy(source, `oci:${folder.in("artifact")}:1`);
    expect([identical, images, others]).toEqual([true, [], [root.digest]]);
    await expect(copy(source, `docker-archive:${folder.in("no.tar")}`)).rejects.toMatchObject({
      code: "DESTINATION_REFUSED",
    });
  });

  test("a blob that is not a layer is copied too, and is not a layer in a docker-archive", async () => {
    const extra = blob("application/vnd.example.extra", Buffer.from("extra"));
    const root = edited((manifest) => manifest.layers?.push(descriptor(extra) as never));
    const source = layoutOf(root, [...imageBlobs(windows), saved(extra)]);
    const target = `docker-archive:${folder.in("extra.tar")}`;
    expect(await copy(source, target)).toMatchObject({ identical: true, images: [{ layers: [{}, {}] }] });
    expect((await inspect(target)).images[0]?.layers).toHaveLength(2);
  });
});

describe("a copy that fails leaves no trace", () => {
  const app = image({ compression: "gzip" });
  const targets = () => [
    `oci:${folder.in("t/l")}:1`,
    `oci-archive:${folder.in("t/o.tar")}:1`,
    `docker-archive:${folder.in("t/d.tar")}`,
  ];

  test("when a layer's bytes do not match its digest", async () => {
    const damaged = imageBlobs(app).map((file, at) => (at === 1 ? { ...file, bytes: Buffer.from("other") } : file));
    const source = layoutOf(app.oci, damaged);
    writeFolder(folder.in("t"), []);
    for (const target of targets()) {
      await expect(copy(source, target)).rejects.toMatchObject({
        code: "SIZE_MISMATCH",
        stage: "write",
        details: { layer: 1 },
      });
    }
    expect(readdirSync(folder.in("t"))).toEqual([]);
  });

  test("when a recompressed layer does not match its diffID", async () => {
    const lying = image({ compression: "gzip", diffIds: [app.layers[0]?.diffId ?? "", `sha256:${"0".repeat(64)}`] });
    writeFolder(folder.in("t"), []);
    for (const target of targets()) {
      const copied = copy(layoutOf(lying.oci, imageBlobs(lying)), target, {
        compression: "none",
        scratch: folder.in("t"),
      });
      await expect(copied).rejects.toMatchObject({ code: "DIGEST_MISMATCH", details: { layer: 1 } });
    }
    expect(readdirSync(folder.in("t"))).toEqual([]);
  });

  test("when it is aborted in the middle", async () => {
    writeFolder(folder.in("t"), []);
    const source = layoutOf(app.oci, imageBlobs(app));
    for (const target of targets()) {
      const abort = new AbortController();
      const onProgress = ({ type, stage }: { type: string; stage?: string }) => {
        if (type === "started" && stage === "write") abort.abort(new Error("enough"));
      };
      await expect(copy(source, target, { signal: abort.signal, onProgress })).rejects.toThrow("enough");
    }
    expect(readdirSync(folder.in("t"))).toEqual([]);
  });
});

test("the names of a layout go along, and several can be given", async () => {
  const app = image({ tags: ["1.0"] });
  const source = `oci:${writeFolder(folder.in("named"), ociLayout(app))}`;
  expect((await copy(source, `oci:${folder.in("one")}`)).tags).toEqual(["1.0"]);
  expect((await copy(source, `oci:${folder.in("two")}:x`, { tags: ["y"] })).tags).toEqual(["x", "y"]);
});
